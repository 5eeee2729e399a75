namespace Millrace.Protocol.Messages;

/// <summary>
/// Adds partitions to a transaction, before they are written to. Up to 3 from a producer for itself; from 4 on from
/// brokers, for many transactions, or only to verify (KIP-890).
/// </summary>
[Message(ApiKey.AddPartitionsToTxn, MessageType.Request, Versions = "0-5", Flexible = "3+")]
public sealed partial class AddPartitionsToTxnRequest
{
    [Since(4)] public AddPartitionsToTxnTransaction[] Transactions = [];
    [Until(3), Entity(EntityType.TransactionalId)] public string V3AndBelowTransactionalId = "";
    [Until(3), Entity(EntityType.ProducerId)] public long V3AndBelowProducerId;
    [Until(3)] public short V3AndBelowProducerEpoch;
    [Until(3)] public AddPartitionsToTxnTopic[] V3AndBelowTopics = [];

    public sealed partial class AddPartitionsToTxnTransaction
    {
        [MapKey, Entity(EntityType.TransactionalId)] public string TransactionalId = "";
        [Entity(EntityType.ProducerId)] public long ProducerId;
        public short ProducerEpoch;
        public bool VerifyOnly;
        public AddPartitionsToTxnTopic[] Topics = [];
    }

    public sealed partial class AddPartitionsToTxnTopic
    {
        [MapKey, Entity(EntityType.TopicName)] public string Name = "";
        public int[] Partitions = [];
    }
}

/// <summary>The outcome by partition; by transaction too from 4 on.</summary>
[Message(ApiKey.AddPartitionsToTxn, MessageType.Response, Versions = "0-5", Flexible = "3+")]
public sealed partial class AddPartitionsToTxnResponse
{
    public int ThrottleTimeMs;
    [Since(4), Ignorable] public short ErrorCode;
    [Since(4)] public AddPartitionsToTxnResult[] ResultsByTransaction = [];
    [Until(3)] public AddPartitionsToTxnTopicResult[] ResultsByTopicV3AndBelow = [];

    public sealed partial class AddPartitionsToTxnResult
    {
        [MapKey, Entity(EntityType.TransactionalId)] public string TransactionalId = "";
        public AddPartitionsToTxnTopicResult[] TopicResults = [];
    }

    public sealed partial class AddPartitionsToTxnTopicResult
    {
        [MapKey, Entity(EntityType.TopicName)] public string Name = "";
        public AddPartitionsToTxnPartitionResult[] ResultsByPartition = [];
    }

    public sealed partial class AddPartitionsToTxnPartitionResult
    {
        [MapKey] public int PartitionIndex;
        public short PartitionErrorCode;
    }
}
