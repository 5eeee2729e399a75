namespace Millrace.Protocol.Messages;

/// <summary>Joins, keeps alive and leaves a streams group (KIP-1071). 1 changes only what may be answered.</summary>
[Message(ApiKey.StreamsGroupHeartbeat, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class StreamsGroupHeartbeatRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    public string MemberId = "";

    /// <summary>0 joins, -1 leaves, -2 leaves as a static member that will come back.</summary>
    public int MemberEpoch;

    public int EndpointInformationEpoch;
    [Nullable] public string? InstanceId = null;
    [Nullable] public string? RackId = null;
    public int RebalanceTimeoutMs = -1;
    [Nullable] public TopologyData? Topology = null;
    [Nullable] public TaskIds[]? ActiveTasks = null;
    [Nullable] public TaskIds[]? StandbyTasks = null;
    [Nullable] public TaskIds[]? WarmupTasks = null;
    [Nullable] public string? ProcessId = null;
    [Nullable] public Endpoint? UserEndpoint = null;
    [Nullable] public KeyValue[]? ClientTags = null;
    [Nullable] public TaskOffset[]? TaskOffsets = null;
    [Nullable] public TaskOffset[]? TaskEndOffsets = null;
    public bool ShutdownApplication;

    [KafkaName("Topology")]
    public sealed partial class TopologyData
    {
        public int Epoch;
        public Subtopology[] Subtopologies = [];
    }

    public sealed partial class TaskIds
    {
        public string SubtopologyId = "";
        public int[] Partitions = [];
    }

    public sealed partial class Endpoint
    {
        public string Host = "";
        public ushort Port;
    }

    public sealed partial class KeyValue
    {
        public string Key = "";
        public string Value = "";
    }

    public sealed partial class TaskOffset
    {
        public string SubtopologyId = "";
        public int Partition;
        public long Offset;
    }

    public sealed partial class Subtopology
    {
        public string SubtopologyId = "";
        [Entity(EntityType.TopicName)] public string[] SourceTopics = [];
        public string[] SourceTopicRegex = [];
        public TopicInfo[] StateChangelogTopics = [];
        [Entity(EntityType.TopicName)] public string[] RepartitionSinkTopics = [];
        public TopicInfo[] RepartitionSourceTopics = [];
        public CopartitionGroup[] CopartitionGroups = [];
    }

    public sealed partial class TopicInfo
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public int Partitions;
        public short ReplicationFactor;
        public KeyValue[] TopicConfigs = [];
    }

    public sealed partial class CopartitionGroup
    {
        public short[] SourceTopics = [];
        public short[] SourceTopicRegex = [];
        public short[] RepartitionSourceTopics = [];
    }
}

/// <summary>The member's epoch and tasks where they changed, and statuses that keep the group from working.</summary>
[Message(ApiKey.StreamsGroupHeartbeat, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class StreamsGroupHeartbeatResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = null;
    public string MemberId = "";
    public int MemberEpoch;
    public int HeartbeatIntervalMs;
    [Until(0)] public int AcceptableRecoveryLagLegacy;
    public int TaskOffsetIntervalMs;
    [Since(1), Ignorable] public long AcceptableRecoveryLag = -1;
    [Nullable] public StatusData[]? Status = [];
    [Nullable] public TaskIds[]? ActiveTasks = null;
    [Nullable] public TaskIds[]? StandbyTasks = null;
    [Nullable] public TaskIds[]? WarmupTasks = null;
    [Since(1)] public bool TopologyDescriptionRequired;
    public int EndpointInformationEpoch;
    [Nullable] public EndpointToPartitions[]? PartitionsByUserEndpoint = null;

    [KafkaName("Status")]
    public sealed partial class StatusData
    {
        /// <summary>
        /// 0 stale topology, 1 source topics missing, 2 wrong partition counts, 3 internal topics missing, 4
        /// shutdown asked for, 5 assignment delayed, 6 client tags missing (from version 1 on).
        /// </summary>
        public sbyte StatusCode;

        public string StatusDetail = "";
    }

    public sealed partial class TaskIds
    {
        public string SubtopologyId = "";
        public int[] Partitions = [];
    }

    public sealed partial class EndpointToPartitions
    {
        public Endpoint UserEndpoint = new();
        public TopicPartition[] ActivePartitions = [];
        public TopicPartition[] StandbyPartitions = [];
    }

    public sealed partial class Endpoint
    {
        public string Host = "";
        public ushort Port;
    }

    public sealed partial class TopicPartition
    {
        [Entity(EntityType.TopicName)] public string Topic = "";
        public int[] Partitions = [];
    }
}
