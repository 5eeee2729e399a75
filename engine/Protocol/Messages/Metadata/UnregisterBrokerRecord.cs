namespace Millrace.Protocol.Messages;

/// <summary>A broker's registration is removed.</summary>
[Message(MessageType.Metadata, 1, Versions = "0", Flexible = "0+")]
public sealed partial class UnregisterBrokerRecord
{
    [Entity(EntityType.BrokerId)] public int BrokerId;
    public long BrokerEpoch;
}
