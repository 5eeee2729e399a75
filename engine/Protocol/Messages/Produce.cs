using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A producer hands record batches to the partitions' leader. Transactional from 3 on, zstd allowed from 7, topics by
/// id instead of by name from 13; from 12 on a transactional produce adds its partitions to the transaction by itself
/// (KIP-890). 0 to 2 carry message sets of old clients.
/// </summary>
[Message(ApiKey.Produce, MessageType.Request, Versions = "0-13", Flexible = "9+")]
public sealed partial class ProduceRequest
{
    [Since(3), Nullable, Entity(EntityType.TransactionalId)] public string? TransactionalId = null;

    /// <summary>0: no response at all; 1: after the leader's append; -1: after all in-sync replicas'.</summary>
    public short Acks;

    public int TimeoutMs;
    public TopicProduceData[] TopicData = [];

    public sealed partial class TopicProduceData
    {
        [Until(12), MapKey, Ignorable, Entity(EntityType.TopicName)] public string Name = "";
        [Since(13), MapKey, Ignorable] public Uuid TopicId;
        public PartitionProduceData[] PartitionData = [];
    }

    public sealed partial class PartitionProduceData
    {
        public int Index;
        [Nullable, Records] public byte[]? Records = null;
    }
}

/// <summary>
/// The outcome of each partition's append. 8 names the records that spoiled a batch (KIP-467), 10 tells where the
/// leader went (KIP-951).
/// </summary>
[Message(ApiKey.Produce, MessageType.Response, Versions = "0-13", Flexible = "9+")]
public sealed partial class ProduceResponse
{
    public TopicProduceResponse[] Responses = [];
    [Since(1), Ignorable] public int ThrottleTimeMs;
    [Since(10), Tag(0)] public NodeEndpoint[] NodeEndpoints = [];

    public sealed partial class TopicProduceResponse
    {
        [Until(12), MapKey, Ignorable, Entity(EntityType.TopicName)] public string Name = "";
        [Since(13), MapKey, Ignorable] public Uuid TopicId;
        public PartitionProduceResponse[] PartitionResponses = [];
    }

    public sealed partial class NodeEndpoint
    {
        [MapKey, Entity(EntityType.BrokerId)] public int NodeId;
        public string Host = "";
        public int Port;
        [Nullable] public string? Rack = null;
    }

    public sealed partial class PartitionProduceResponse
    {
        public int Index;
        public short ErrorCode;
        public long BaseOffset;
        [Since(2), Ignorable] public long LogAppendTimeMs = -1;
        [Since(5), Ignorable] public long LogStartOffset = -1;
        [Since(8), Ignorable] public BatchIndexAndErrorMessage[] RecordErrors = [];
        [Since(8), Nullable, Ignorable] public string? ErrorMessage = null;
        [Since(10), Tag(0)] public LeaderIdAndEpoch CurrentLeader = new();
    }

    public sealed partial class BatchIndexAndErrorMessage
    {
        public int BatchIndex;
        [Nullable] public string? BatchIndexErrorMessage = null;
    }

    public sealed partial class LeaderIdAndEpoch
    {
        [Entity(EntityType.BrokerId)] public int LeaderId = -1;
        public int LeaderEpoch = -1;
    }
}
