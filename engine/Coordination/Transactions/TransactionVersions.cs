namespace Millrace.Coordination.Transactions;

/// <summary>Levels of the feature <c>transaction.version</c>, and what each allows.</summary>
public static class TransactionVersions
{
    /// <summary>The protocol of clients that do not know better.</summary>
    public const short Classic = 0;

    /// <summary>Records may have tagged fields.</summary>
    public const short TaggedRecords = 1;

    /// <summary>The epoch rises at each end of a transaction, and partitions are added as they are written to
    /// (KIP-890).</summary>
    public const short EpochPerTransaction = 2;

    /// <summary>The version to write <see cref="Millrace.Protocol.Messages.TransactionLogValue"/> in.</summary>
    public static short ValueVersionOf(short level) => level >= TaggedRecords ? (short)1 : (short)0;

    /// <summary>What an AddPartitionsToTxn of an API version speaks: from 4 on brokers ask, for such clients.</summary>
    public static short OfAddPartitions(short apiVersion) => apiVersion > 3 ? EpochPerTransaction : Classic;

    public static short OfEndTxn(short apiVersion) => apiVersion > 4 ? EpochPerTransaction : Classic;
}
