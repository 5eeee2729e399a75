using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>An admin asks for a share group's start offsets; null topics ask for all.</summary>
[Message(ApiKey.DescribeShareGroupOffsets, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class DescribeShareGroupOffsetsRequest
{
    public DescribeShareGroupOffsetsRequestGroup[] Groups = [];

    public sealed partial class DescribeShareGroupOffsetsRequestGroup
    {
        [Entity(EntityType.GroupId)] public string GroupId = "";
        [Nullable] public DescribeShareGroupOffsetsRequestTopic[]? Topics = [];
    }

    public sealed partial class DescribeShareGroupOffsetsRequestTopic
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public int[] Partitions = [];
    }
}

/// <summary>Start offsets by partition, with the lag in 1 (KIP-1226).</summary>
[Message(ApiKey.DescribeShareGroupOffsets, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class DescribeShareGroupOffsetsResponse
{
    public int ThrottleTimeMs;
    public DescribeShareGroupOffsetsResponseGroup[] Groups = [];

    public sealed partial class DescribeShareGroupOffsetsResponseGroup
    {
        [Entity(EntityType.GroupId)] public string GroupId = "";
        public DescribeShareGroupOffsetsResponseTopic[] Topics = [];
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = null;
    }

    public sealed partial class DescribeShareGroupOffsetsResponseTopic
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public Uuid TopicId;
        public DescribeShareGroupOffsetsResponsePartition[] Partitions = [];
    }

    public sealed partial class DescribeShareGroupOffsetsResponsePartition
    {
        public int PartitionIndex;
        public long StartOffset;
        public int LeaderEpoch;
        [Since(1), Ignorable] public long Lag = -1;
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = null;
    }
}
