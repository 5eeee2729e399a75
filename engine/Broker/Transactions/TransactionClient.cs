using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>
/// What a client knows of transactions, by the version of its request: which errors it understands, and whether it
/// leaves adding partitions to the broker (KIP-890). Kafka's names are DEFAULT_ERROR, GENERIC_ERROR_SUPPORTED and
/// ADD_PARTITION.
/// </summary>
public enum TransactionClient : byte
{
    /// <summary>Adds partitions itself, and does not know TRANSACTION_ABORTABLE.</summary>
    Old,

    /// <summary>Adds partitions itself.</summary>
    KnowsAbortable,

    /// <summary>Transaction version 2: the broker adds partitions, the epoch rises with each transaction.</summary>
    RaisesEpoch,
}

/// <summary>By request, and the errors of coordinators as such clients are told them. Stateless.</summary>
public static class TransactionClients
{
    public static TransactionClient OfProduce(short version) => version switch
    {
        > 11 => TransactionClient.RaisesEpoch,
        > 10 => TransactionClient.KnowsAbortable,
        _ => TransactionClient.Old,
    };

    public static TransactionClient OfTxnOffsetCommit(short version) => version switch
    {
        > 4 => TransactionClient.RaisesEpoch,
        > 3 => TransactionClient.KnowsAbortable,
        _ => TransactionClient.Old,
    };

    /// <summary>The coordinator's error for the request as a whole.</summary>
    public static ErrorCode OfRequest(ErrorCode error) =>
        error == ErrorCode.ClusterAuthorizationFailed ? ErrorCode.InvalidTxnState : error;

    /// <summary>The coordinator's error for a partition.</summary>
    public static ErrorCode OfPartition(this TransactionClient client, ErrorCode error) => error switch
    {
        // Producers take this one as the end of their transaction, the other as their own end (KIP-588).
        ErrorCode.ProducerFenced => ErrorCode.InvalidProducerEpoch,
        ErrorCode.TransactionAbortable when client == TransactionClient.Old => ErrorCode.InvalidTxnState,
        _ => error,
    };
}
