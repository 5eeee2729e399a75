using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A client pages through partitions of many topics, with eligible leader replicas (KIP-966).</summary>
[Message(ApiKey.DescribeTopicPartitions, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class DescribeTopicPartitionsRequest
{
    public TopicRequest[] Topics = [];
    public int ResponsePartitionLimit = 2000;
    [Nullable] public CursorData? Cursor = null;

    public sealed partial class TopicRequest
    {
        [Entity(EntityType.TopicName)] public string Name = "";
    }

    [KafkaName("Cursor")]
    public sealed partial class CursorData
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public int PartitionIndex;
    }
}

/// <summary>One page of partitions, and where to go on.</summary>
[Message(ApiKey.DescribeTopicPartitions, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class DescribeTopicPartitionsResponse
{
    [Ignorable] public int ThrottleTimeMs;
    public DescribeTopicPartitionsResponseTopic[] Topics = [];
    [Nullable] public Cursor? NextCursor = null;

    public sealed partial class DescribeTopicPartitionsResponseTopic
    {
        public short ErrorCode;
        [Nullable, MapKey, Entity(EntityType.TopicName)] public string? Name = "";
        [Ignorable] public Uuid TopicId;
        [Ignorable] public bool IsInternal;
        public DescribeTopicPartitionsResponsePartition[] Partitions = [];
        public int TopicAuthorizedOperations = int.MinValue;
    }

    public sealed partial class Cursor
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public int PartitionIndex;
    }

    public sealed partial class DescribeTopicPartitionsResponsePartition
    {
        public short ErrorCode;
        public int PartitionIndex;
        [Entity(EntityType.BrokerId)] public int LeaderId;
        [Ignorable] public int LeaderEpoch = -1;
        [Entity(EntityType.BrokerId)] public int[] ReplicaNodes = [];
        [Entity(EntityType.BrokerId)] public int[] IsrNodes = [];
        [Nullable, Entity(EntityType.BrokerId)] public int[]? EligibleLeaderReplicas = null;
        [Nullable, Entity(EntityType.BrokerId)] public int[]? LastKnownElr = null;
        [Ignorable, Entity(EntityType.BrokerId)] public int[] OfflineReplicas = [];
    }
}
