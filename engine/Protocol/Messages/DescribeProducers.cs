namespace Millrace.Protocol.Messages;

/// <summary>An admin asks leaders for the producers that are active in partitions.</summary>
[Message(ApiKey.DescribeProducers, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class DescribeProducersRequest
{
    public TopicRequest[] Topics = [];

    public sealed partial class TopicRequest
    {
        [MapKey, Entity(EntityType.TopicName)] public string Name = "";
        public int[] PartitionIndexes = [];
    }
}

/// <summary>The producer states of each partition.</summary>
[Message(ApiKey.DescribeProducers, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class DescribeProducersResponse
{
    public int ThrottleTimeMs;
    public TopicResponse[] Topics = [];

    public sealed partial class TopicResponse
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public PartitionResponse[] Partitions = [];
    }

    public sealed partial class PartitionResponse
    {
        public int PartitionIndex;
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = null;
        public ProducerState[] ActiveProducers = [];
    }

    public sealed partial class ProducerState
    {
        [Entity(EntityType.ProducerId)] public long ProducerId;
        public int ProducerEpoch;
        public int LastSequence = -1;
        public long LastTimestamp = -1;
        public int CoordinatorEpoch;
        public long CurrentTxnStartOffset = -1;
    }
}
