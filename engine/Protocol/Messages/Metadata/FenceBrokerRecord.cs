namespace Millrace.Protocol.Messages;

/// <summary>A broker is fenced. Written by old controllers; BrokerRegistrationChangeRecord has taken over.</summary>
[Message(MessageType.Metadata, 7, Versions = "0", Flexible = "0+")]
public sealed partial class FenceBrokerRecord
{
    [Entity(EntityType.BrokerId)] public int Id;
    public long Epoch;
}
