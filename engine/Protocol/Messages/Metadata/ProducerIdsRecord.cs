namespace Millrace.Protocol.Messages;

/// <summary>Producer ids below the one given are handed out to brokers.</summary>
[Message(MessageType.Metadata, 15, Versions = "0", Flexible = "0+")]
public sealed partial class ProducerIdsRecord
{
    [Entity(EntityType.BrokerId)] public int BrokerId;
    public long BrokerEpoch = -1;
    public long NextProducerId;
}
