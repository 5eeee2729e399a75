namespace Millrace.Protocol.Messages;

/// <summary>
/// A broker is unfenced. Written by old controllers; BrokerRegistrationChangeRecord has taken over.
/// </summary>
[Message(MessageType.Metadata, 8, Versions = "0", Flexible = "0+")]
public sealed partial class UnfenceBrokerRecord
{
    [Entity(EntityType.BrokerId)] public int Id;
    public long Epoch;
}
