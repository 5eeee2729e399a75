using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// Consumers, followers and voters ask a leader for records, with a long poll. Sessions from 7 on (KIP-227),
/// divergence check from 12, topic ids from 13, the follower's state from 15 (KIP-903), its known high watermark in
/// 18.
/// </summary>
[Message(ApiKey.Fetch, MessageType.Request, Versions = "0-18", Flexible = "12+")]
public sealed partial class FetchRequest
{
    [Since(12), Tag(0), Nullable, Ignorable] public string? ClusterId = null;

    /// <summary>-1 for a consumer; moved into <see cref="ReplicaState"/> in 15.</summary>
    [Until(14), Entity(EntityType.BrokerId)] public int ReplicaId = -1;

    [Since(15), Tag(1)] public ReplicaStateData ReplicaState = new();
    public int MaxWaitMs;
    public int MinBytes;
    [Since(3), Ignorable] public int MaxBytes = int.MaxValue;

    /// <summary>0 reads up to the high watermark, 1 up to the last stable offset.</summary>
    [Since(4), Ignorable] public sbyte IsolationLevel;

    [Since(7), Ignorable] public int SessionId;

    /// <summary>0 opens a session, -1 ends it or goes without one.</summary>
    [Since(7), Ignorable] public int SessionEpoch = -1;

    public FetchTopic[] Topics = [];
    [Since(7)] public ForgottenTopic[] ForgottenTopicsData = [];
    [Since(11), Ignorable] public string RackId = "";

    [KafkaName("ReplicaState")]
    public sealed partial class ReplicaStateData
    {
        [Entity(EntityType.BrokerId)] public int ReplicaId = -1;
        public long ReplicaEpoch = -1;
    }

    public sealed partial class FetchTopic
    {
        [Until(12), Ignorable, Entity(EntityType.TopicName)] public string Topic = "";
        [Since(13), Ignorable] public Uuid TopicId;
        public FetchPartition[] Partitions = [];
    }

    public sealed partial class ForgottenTopic
    {
        [Until(12), Ignorable, Entity(EntityType.TopicName)] public string Topic = "";
        [Since(13), Ignorable] public Uuid TopicId;
        public int[] Partitions = [];
    }

    public sealed partial class FetchPartition
    {
        public int Partition;
        [Since(9), Ignorable] public int CurrentLeaderEpoch = -1;
        public long FetchOffset;

        /// <summary>Epoch of the follower's last record, or -1: lets the leader see a divergence.</summary>
        [Since(12)] public int LastFetchedEpoch = -1;

        [Since(5), Ignorable] public long LogStartOffset = -1;
        public int PartitionMaxBytes;
        [Since(17), Tag(0), Ignorable] public Uuid ReplicaDirectoryId;
        [Since(18), Tag(1), Ignorable] public long HighWatermark = long.MaxValue;
    }
}

/// <summary>
/// Records and watermarks of each partition asked for. Aborted transactions from 4 on, a session's answers leave
/// unchanged partitions out from 7, the leader's address from 16 (KIP-951).
/// </summary>
[Message(ApiKey.Fetch, MessageType.Response, Versions = "0-18", Flexible = "12+")]
public sealed partial class FetchResponse
{
    [Since(1), Ignorable] public int ThrottleTimeMs;
    [Since(7), Ignorable] public short ErrorCode;
    [Since(7)] public int SessionId;
    public FetchableTopicResponse[] Responses = [];
    [Since(16), Tag(0)] public NodeEndpoint[] NodeEndpoints = [];

    public sealed partial class FetchableTopicResponse
    {
        [Until(12), Ignorable, Entity(EntityType.TopicName)] public string Topic = "";
        [Since(13), Ignorable] public Uuid TopicId;
        public PartitionData[] Partitions = [];
    }

    public sealed partial class NodeEndpoint
    {
        [MapKey, Entity(EntityType.BrokerId)] public int NodeId;
        public string Host = "";
        public int Port;
        [Nullable] public string? Rack = null;
    }

    public sealed partial class PartitionData
    {
        public int PartitionIndex;
        public short ErrorCode;
        public long HighWatermark;
        [Since(4), Ignorable] public long LastStableOffset = -1;
        [Since(5), Ignorable] public long LogStartOffset = -1;

        /// <summary>Set where the fetcher's log has to be truncated first; there are no records then.</summary>
        [Since(12), Tag(0)] public EpochEndOffset DivergingEpoch = new();

        [Since(12), Tag(1)] public LeaderIdAndEpoch CurrentLeader = new();

        /// <summary>Set where the metadata log was cut off and a snapshot has to be fetched.</summary>
        [Since(12), Tag(2)] public SnapshotId SnapshotId = new();

        /// <summary>Null unless transactional reading was asked for.</summary>
        [Since(4), Nullable, Ignorable] public AbortedTransaction[]? AbortedTransactions = [];

        [Since(11), Entity(EntityType.BrokerId)] public int PreferredReadReplica = -1;
        [Nullable, Records] public byte[]? Records = null;
    }

    public sealed partial class EpochEndOffset
    {
        public int Epoch = -1;
        public long EndOffset = -1;
    }

    public sealed partial class LeaderIdAndEpoch
    {
        [Entity(EntityType.BrokerId)] public int LeaderId = -1;
        public int LeaderEpoch = -1;
    }

    public sealed partial class SnapshotId
    {
        public long EndOffset = -1;
        public int Epoch = -1;
    }

    public sealed partial class AbortedTransaction
    {
        [Entity(EntityType.ProducerId)] public long ProducerId;
        public long FirstOffset;
    }
}
