namespace Millrace.Broker;

/// <summary>
/// What leaders of partitions go by before they let a transaction begin there: whom to ask, and the configs. One for
/// the broker; any thread.
/// </summary>
/// <param name="verifier">The transaction coordinators.</param>
public sealed class TransactionGate(ITransactionVerifier verifier)
{
    private volatile bool verifies = true;

    /// <summary>The transaction coordinators.</summary>
    public ITransactionVerifier Verifier { get; } = verifier;

    /// <summary>
    /// Whether a transaction of version 1 needs its coordinator's word, and a log the proof of it
    /// (<c>transaction.partition.verification.enable</c>, which may change).
    /// </summary>
    public bool Verifies
    {
        get => verifies;
        set => verifies = value;
    }

    /// <summary>How long to wait for the word, in ms (<c>request.timeout.ms</c>).</summary>
    public int TimeoutMs { get; init; } = 30_000;

    /// <summary>
    /// After so many ms the coordinator is asked again where the markers of the transaction before are still on their
    /// way (<c>add.partitions.to.txn.retry.backoff.ms</c>).
    /// </summary>
    public int RetryBackoffMs { get; init; } = 20;

    /// <summary>
    /// For so many ms; then the client is told to try again (<c>add.partitions.to.txn.retry.backoff.max.ms</c>).
    /// </summary>
    public int RetryBackoffMaxMs { get; init; } = 100;
}
