namespace Millrace.Protocol.Messages;

/// <summary>An admin has leaders elected: preferred ones, or from 1 on unclean ones too (KIP-460).</summary>
[Message(ApiKey.ElectLeaders, MessageType.Request, Versions = "0-2", Flexible = "2+")]
public sealed partial class ElectLeadersRequest
{
    [Since(1)] public sbyte ElectionType;
    [Nullable] public TopicPartitionsData[]? TopicPartitions = [];
    public int TimeoutMs = 60000;

    [KafkaName("TopicPartitions")]
    public sealed partial class TopicPartitionsData
    {
        [MapKey, Entity(EntityType.TopicName)] public string Topic = "";
        public int[] Partitions = [];
    }
}

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.ElectLeaders, MessageType.Response, Versions = "0-2", Flexible = "2+")]
public sealed partial class ElectLeadersResponse
{
    public int ThrottleTimeMs;
    [Since(1)] public short ErrorCode;
    public ReplicaElectionResult[] ReplicaElectionResults = [];

    public sealed partial class ReplicaElectionResult
    {
        [Entity(EntityType.TopicName)] public string Topic = "";
        public PartitionResult[] PartitionResult = [];
    }

    public sealed partial class PartitionResult
    {
        public int PartitionId;
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
    }
}
