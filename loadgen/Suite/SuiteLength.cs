namespace Millrace.Loadgen.Suite;

/// <summary>How long and how often the suite measures.</summary>
/// <param name="Kind">quick or full.</param>
/// <param name="Rounds">Each broker is started once in each.</param>
/// <param name="WarmUpSeconds">Of load before a session's first measurement: a JVM compiles meanwhile.</param>
/// <param name="Seconds">Of each measurement.</param>
/// <param name="Codecs">Those that P1 is repeated with.</param>
/// <param name="Connections">Idle ones of P11.</param>
/// <param name="Partitions">Of P11; 0 where it is left out.</param>
internal sealed record SuiteLength(
    string Kind, int Rounds, int WarmUpSeconds, int Seconds, string[] Codecs, int Connections, int Partitions)
{
    /// <summary>For CI: within 8 minutes on two cores.</summary>
    public static SuiteLength Quick { get; } = new("quick", 2, 4, 3, ["lz4", "zstd"], 10_000, 0);

    /// <summary>Within an hour.</summary>
    public static SuiteLength Full { get; } =
        new("full", 5, 12, 6, ["gzip", "snappy", "lz4", "zstd"], 10_000, 10_000);
}
