namespace Millrace.Protocol.Messages;

/// <summary>
/// Lists the transactions of a coordinator. Filter by duration from 1 on, by pattern of the id in 2 (KIP-1152).
/// </summary>
[Message(ApiKey.ListTransactions, MessageType.Request, Versions = "0-2", Flexible = "0+")]
public sealed partial class ListTransactionsRequest
{
    public string[] StateFilters = [];
    [Entity(EntityType.ProducerId)] public long[] ProducerIdFilters = [];
    [Since(1)] public long DurationFilter = -1;
    [Since(2), Nullable] public string? TransactionalIdPattern = null;
}

/// <summary>The transactions found, and the state filters that were not understood.</summary>
[Message(ApiKey.ListTransactions, MessageType.Response, Versions = "0-2", Flexible = "0+")]
public sealed partial class ListTransactionsResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public string[] UnknownStateFilters = [];
    public TransactionStateData[] TransactionStates = [];

    [KafkaName("TransactionState")]
    public sealed partial class TransactionStateData
    {
        [Entity(EntityType.TransactionalId)] public string TransactionalId = "";
        [Entity(EntityType.ProducerId)] public long ProducerId;
        public string TransactionState = "";
    }
}
