namespace Millrace.Protocol.Messages;

/// <summary>Key of a transaction's state in __transaction_state.</summary>
[Message(MessageType.CoordinatorKey, 0, Log = RecordLog.TransactionState, Versions = "0")]
public sealed partial class TransactionLogKey
{
    public string TransactionalId = "";
}

/// <summary>
/// State of a transactional id. 1 is flexible and holds the neighbouring producer ids of KIP-890 as tagged fields.
/// </summary>
[Message(MessageType.CoordinatorValue, 0, Log = RecordLog.TransactionState, Versions = "0-1", Flexible = "1+")]
public sealed partial class TransactionLogValue
{
    public long ProducerId;
    [Since(1), Tag(0)] public long PreviousProducerId = -1;
    [Since(1), Tag(1)] public long NextProducerId = -1;
    public short ProducerEpoch;
    [Since(1), Tag(3)] public short NextProducerEpoch = -1;
    public int TransactionTimeoutMs;
    public sbyte TransactionStatus;
    [Nullable] public PartitionsSchema[]? TransactionPartitions = [];
    public long TransactionLastUpdateTimestampMs;
    public long TransactionStartTimestampMs;
    [Since(1), Tag(2)] public short ClientTransactionVersion;

    public sealed partial class PartitionsSchema
    {
        public string Topic = "";
        public int[] PartitionIds = [];
    }
}
