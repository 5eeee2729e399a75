using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// Key of a consumer group's view of its topics. Only removed since 4.1: the hash in ConsumerGroupMetadataValue took
/// over.
/// </summary>
[Message(MessageType.CoordinatorKey, 4, Versions = "0")]
public sealed partial class ConsumerGroupPartitionMetadataKey
{
    public string GroupId = "";
}

/// <summary>A consumer group's view of its topics, as brokers before 4.1 wrote it.</summary>
[Message(MessageType.CoordinatorValue, 4, Versions = "0", Flexible = "0+")]
public sealed partial class ConsumerGroupPartitionMetadataValue
{
    public TopicMetadata[] Topics = [];

    public sealed partial class TopicMetadata
    {
        public Uuid TopicId;
        public string TopicName = "";
        public int NumPartitions;
        public PartitionMetadata[] PartitionMetadata = [];
    }

    public sealed partial class PartitionMetadata
    {
        public int Partition;
        public string[] Racks = [];
    }
}
