namespace Millrace.Protocol.Messages;

/// <summary>Key of a consumer group's epoch.</summary>
[Message(MessageType.CoordinatorKey, 3, Versions = "0")]
public sealed partial class ConsumerGroupMetadataKey
{
    public string GroupId = "";
}

/// <summary>Epoch of a consumer group, and since 4.1 the hash of the topics that it reads (KIP-1101).</summary>
[Message(MessageType.CoordinatorValue, 3, Versions = "0", Flexible = "0+")]
public sealed partial class ConsumerGroupMetadataValue
{
    public int Epoch;
    [Tag(0)] public long MetadataHash;
}
