namespace Millrace.Coordination.Transactions;

/// <summary>
/// Settings of the transaction coordinator, named after Kafka's configs. Immutable; times in ms.
/// </summary>
public sealed record TransactionOptions
{
    /// <summary>The longest that a producer may ask for (<c>transaction.max.timeout.ms</c>).</summary>
    public int TimeoutMsMax { get; init; } = 15 * 60 * 1000;

    /// <summary>
    /// How often it is looked for what to abort (<c>transaction.abort.timed.out.transaction.cleanup.interval.ms</c>).
    /// </summary>
    public long AbortIntervalMs { get; init; } = 10_000;

    /// <summary>How long an idle id is kept (<c>transactional.id.expiration.ms</c>).</summary>
    public long ExpirationMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary>
    /// How often it is looked for ids to forget
    /// (<c>transaction.remove.expired.transaction.cleanup.interval.ms</c>).
    /// </summary>
    public long ExpirationIntervalMs { get; init; } = 60 * 60 * 1000;

    /// <summary>
    /// Whether transactions without a timeout are served (<c>transaction.two.phase.commit.enable</c>).
    /// </summary>
    public bool AllowsTwoPhase { get; init; }

    /// <summary>
    /// The first wait before a marker, or the record of a complete transaction, is tried again; it doubles from try to
    /// try. Kafka tries at once, which keeps a thread busy while a partition is away.
    /// </summary>
    public long RetryMs { get; init; } = 20;

    /// <summary>The longest such wait.</summary>
    public long RetryMsMax { get; init; } = 2000;

    /// <summary>
    /// Partitions of <c>__transaction_state</c> while it is not there (<c>transaction.state.log.num.partitions</c>):
    /// how many it will get.
    /// </summary>
    public int PartitionCount { get; init; } = 50;
}
