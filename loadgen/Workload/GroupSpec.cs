namespace Millrace.Loadgen;

/// <summary>Members of classic consumer groups that commit offsets and come and go. Immutable.</summary>
internal sealed record GroupSpec
{
    public int Groups { get; init; } = 1;

    /// <summary>Members of each group.</summary>
    public int Members { get; init; } = 3;

    /// <summary>Offset commits a second, over all members.</summary>
    public RateProfile CommitRate { get; init; } = RateProfile.Constant(100);

    /// <summary>Every so often a member of each group leaves and comes back, so that it rebalances; 0 for never.
    /// </summary>
    public double ChurnSeconds { get; init; }

    public int SessionTimeoutMs { get; init; } = 45_000;

    public int HeartbeatMs { get; init; } = 3_000;

    /// <summary>What stands before the groups' numbers in their names.</summary>
    public string NamePrefix { get; init; } = "loadgen";
}
