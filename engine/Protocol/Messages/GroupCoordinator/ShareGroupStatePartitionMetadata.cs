using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Key of the share partitions that a group has state for.</summary>
[Message(MessageType.CoordinatorKey, 15, Versions = "0")]
public sealed partial class ShareGroupStatePartitionMetadataKey
{
    public string GroupId = "";
}

/// <summary>Share partitions whose state is there, being begun, or being deleted.</summary>
[Message(MessageType.CoordinatorValue, 15, Versions = "0", Flexible = "0+")]
public sealed partial class ShareGroupStatePartitionMetadataValue
{
    public TopicPartitionsInfo[] InitializingTopics = [];
    public TopicPartitionsInfo[] InitializedTopics = [];
    public TopicInfo[] DeletingTopics = [];

    public sealed partial class TopicPartitionsInfo
    {
        public Uuid TopicId;
        public string TopicName = "";
        public int[] Partitions = [];
    }

    public sealed partial class TopicInfo
    {
        public Uuid TopicId;
        public string TopicName = "";
    }
}
