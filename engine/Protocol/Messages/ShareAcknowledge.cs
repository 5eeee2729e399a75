using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A member of a share group acknowledges records without fetching more.</summary>
[Message(ApiKey.ShareAcknowledge, MessageType.Request, Versions = "1-2", Flexible = "0+")]
public sealed partial class ShareAcknowledgeRequest
{
    [Nullable, Entity(EntityType.GroupId)] public string? GroupId = null;
    [Nullable] public string? MemberId = "";
    public int ShareSessionEpoch;
    [Since(2)] public bool IsRenewAck;
    public AcknowledgeTopic[] Topics = [];

    public sealed partial class AcknowledgeTopic
    {
        [MapKey] public Uuid TopicId;
        public AcknowledgePartition[] Partitions = [];
    }

    public sealed partial class AcknowledgePartition
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

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.ShareAcknowledge, MessageType.Response, Versions = "1-2", Flexible = "0+")]
public sealed partial class ShareAcknowledgeResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = null;
    [Since(2), Ignorable] public int AcquisitionLockTimeoutMs;
    public ShareAcknowledgeTopicResponse[] Responses = [];
    public NodeEndpoint[] NodeEndpoints = [];

    public sealed partial class ShareAcknowledgeTopicResponse
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
        public LeaderIdAndEpoch CurrentLeader = new();
    }

    public sealed partial class LeaderIdAndEpoch
    {
        public int LeaderId;
        public int LeaderEpoch;
    }
}
