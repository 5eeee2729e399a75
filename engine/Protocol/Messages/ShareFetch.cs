using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A member of a share group acquires records of a leader, and acknowledges earlier ones. 2 has acquire modes and
/// renewals (KIP-1206, KIP-1222).
/// </summary>
[Message(ApiKey.ShareFetch, MessageType.Request, Versions = "1-2", Flexible = "0+")]
public sealed partial class ShareFetchRequest
{
    [Nullable, Entity(EntityType.GroupId)] public string? GroupId = null;
    [Nullable] public string? MemberId = "";

    /// <summary>0 opens a session, -1 ends it.</summary>
    public int ShareSessionEpoch;

    public int MaxWaitMs;
    public int MinBytes;
    public int MaxBytes = int.MaxValue;
    public int MaxRecords;
    public int BatchSize;
    [Since(2), Ignorable] public sbyte ShareAcquireMode;
    [Since(2)] public bool IsRenewAck;
    public FetchTopic[] Topics = [];
    public ForgottenTopic[] ForgottenTopicsData = [];

    public sealed partial class FetchTopic
    {
        [MapKey] public Uuid TopicId;
        public FetchPartition[] Partitions = [];
    }

    public sealed partial class ForgottenTopic
    {
        public Uuid TopicId;
        public int[] Partitions = [];
    }

    public sealed partial class FetchPartition
    {
        [MapKey] public int PartitionIndex;
        public AcknowledgementBatch[] AcknowledgementBatches = [];
    }

    public sealed partial class AcknowledgementBatch
    {
        public long FirstOffset;
        public long LastOffset;
        public sbyte[] AcknowledgeTypes = [];
    }
}

/// <summary>Records with the ranges acquired, and what became of the acknowledgements.</summary>
[Message(ApiKey.ShareFetch, MessageType.Response, Versions = "1-2", Flexible = "0+")]
public sealed partial class ShareFetchResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = null;
    public int AcquisitionLockTimeoutMs;
    public ShareFetchableTopicResponse[] Responses = [];
    public NodeEndpoint[] NodeEndpoints = [];

    public sealed partial class ShareFetchableTopicResponse
    {
        [MapKey] public Uuid TopicId;
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
        [Nullable] public string? ErrorMessage = null;
        public short AcknowledgeErrorCode;
        [Nullable] public string? AcknowledgeErrorMessage = null;
        public LeaderIdAndEpoch CurrentLeader = new();
        [Records] public byte[] Records = [];
        public AcquiredRecords[] AcquiredRecords = [];
    }

    public sealed partial class LeaderIdAndEpoch
    {
        public int LeaderId;
        public int LeaderEpoch;
    }

    public sealed partial class AcquiredRecords
    {
        public long FirstOffset;
        public long LastOffset;
        public short DeliveryCount;
    }
}
