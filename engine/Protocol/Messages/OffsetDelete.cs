namespace Millrace.Protocol.Messages;

/// <summary>An admin deletes committed offsets of topics that a group does not read any more.</summary>
[Message(ApiKey.OffsetDelete, MessageType.Request, Versions = "0")]
public sealed partial class OffsetDeleteRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    public OffsetDeleteRequestTopic[] Topics = [];

    public sealed partial class OffsetDeleteRequestTopic
    {
        [MapKey, Entity(EntityType.TopicName)] public string Name = "";
        public OffsetDeleteRequestPartition[] Partitions = [];
    }

    public sealed partial class OffsetDeleteRequestPartition
    {
        public int PartitionIndex;
    }
}

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.OffsetDelete, MessageType.Response, Versions = "0")]
public sealed partial class OffsetDeleteResponse
{
    public short ErrorCode;
    [Ignorable] public int ThrottleTimeMs;
    public OffsetDeleteResponseTopic[] Topics = [];

    public sealed partial class OffsetDeleteResponseTopic
    {
        [MapKey, Entity(EntityType.TopicName)] public string Name = "";
        public OffsetDeleteResponsePartition[] Partitions = [];
    }

    public sealed partial class OffsetDeleteResponsePartition
    {
        [MapKey] public int PartitionIndex;
        public short ErrorCode;
    }
}
