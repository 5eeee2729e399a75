using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>An admin moves the start offsets of an empty share group.</summary>
[Message(ApiKey.AlterShareGroupOffsets, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class AlterShareGroupOffsetsRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    public AlterShareGroupOffsetsRequestTopic[] Topics = [];

    public sealed partial class AlterShareGroupOffsetsRequestTopic
    {
        [MapKey, Entity(EntityType.TopicName)] public string TopicName = "";
        public AlterShareGroupOffsetsRequestPartition[] Partitions = [];
    }

    public sealed partial class AlterShareGroupOffsetsRequestPartition
    {
        public int PartitionIndex;
        public long StartOffset;
    }
}

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.AlterShareGroupOffsets, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class AlterShareGroupOffsetsResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = null;
    public AlterShareGroupOffsetsResponseTopic[] Responses = [];

    public sealed partial class AlterShareGroupOffsetsResponseTopic
    {
        [MapKey, Entity(EntityType.TopicName)] public string TopicName = "";
        public Uuid TopicId;
        public AlterShareGroupOffsetsResponsePartition[] Partitions = [];
    }

    public sealed partial class AlterShareGroupOffsetsResponsePartition
    {
        public int PartitionIndex;
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = null;
    }
}
