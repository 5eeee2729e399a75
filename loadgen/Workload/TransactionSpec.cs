namespace Millrace.Loadgen;

/// <summary>How transactional producers work; what their records are is a <see cref="ProduceSpec"/>. Immutable.
/// </summary>
internal sealed record TransactionSpec
{
    /// <summary>Producers, each with a transactional id of its own.</summary>
    public int Producers { get; init; } = 1;

    /// <summary>Transactions a second, over all producers.</summary>
    public RateProfile Rate { get; init; } = RateProfile.Constant(100);

    /// <summary>Records of one transaction.</summary>
    public int Records { get; init; } = 10;

    /// <summary>Partitions that they are spread over.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>Share of transactions that are aborted, 0 to 1.</summary>
    public double AbortShare { get; init; }

    /// <summary><c>transaction.timeout.ms</c>.</summary>
    public int TimeoutMs { get; init; } = 60_000;

    /// <summary>What stands before the producers' numbers in their transactional ids.</summary>
    public string IdPrefix { get; init; } = "loadgen";
}
