namespace Millrace.Protocol.Messages;

/// <summary>An admin asks coordinators for the state of transactional ids.</summary>
[Message(ApiKey.DescribeTransactions, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class DescribeTransactionsRequest
{
    [Entity(EntityType.TransactionalId)] public string[] TransactionalIds = [];
}

/// <summary>State, timeout and partitions of each transaction.</summary>
[Message(ApiKey.DescribeTransactions, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class DescribeTransactionsResponse
{
    public int ThrottleTimeMs;
    public TransactionStateData[] TransactionStates = [];

    [KafkaName("TransactionState")]
    public sealed partial class TransactionStateData
    {
        public short ErrorCode;
        [Entity(EntityType.TransactionalId)] public string TransactionalId = "";
        public string TransactionState = "";
        public int TransactionTimeoutMs;
        public long TransactionStartTimeMs;
        [Entity(EntityType.ProducerId)] public long ProducerId;
        public short ProducerEpoch;
        public TopicData[] Topics = [];
    }

    public sealed partial class TopicData
    {
        [MapKey, Entity(EntityType.TopicName)] public string Topic = "";
        public int[] Partitions = [];
    }
}
