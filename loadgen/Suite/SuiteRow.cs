using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Suite;

/// <summary>One line of the report: a figure that is measured of each broker in each round.</summary>
/// <param name="Id">As in the issue and in <c>summary.json</c>.</param>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">Of the figure.</param>
/// <param name="IsHigherBetter">A rate, and not a cost.</param>
/// <param name="Goal">What is to be reached; null where a row only informs.</param>
internal sealed record SuiteRow(string Id, string Name, string Unit, bool IsHigherBetter, SuiteGoal? Goal)
{
    /// <summary>
    /// Whether a baseline holds it: far tails, and amounts near nothing, vary more from run to run than by any change.
    /// </summary>
    public bool IsSteady { get; init; } = true;

    public const string CpuPerGb = "s/GB";
    public const string Ms = "ms";
    public const string BytesUnit = "B";
    public const string KibibytesUnit = "KiB";
    public const string MebibytesUnit = "MiB";

    /// <summary>All rows, in the order of the report.</summary>
    public static IReadOnlyList<SuiteRow> All { get; } =
    [
        new("P1", "produce 1 KiB records in 256 KiB batches: broker CPU", CpuPerGb, false, SuiteGoal.RatioAtMost(0.25)),
        new("P1-gzip", "the same, gzip", CpuPerGb, false, null),
        new("P1-snappy", "the same, snappy", CpuPerGb, false, null),
        new("P1-lz4", "the same, lz4", CpuPerGb, false, null),
        new("P1-zstd", "the same, zstd", CpuPerGb, false, null),
        new("P2", "fetch what is cached: broker CPU", CpuPerGb, false, SuiteGoal.RatioAtMost(0.7)),
        new("P3", "100 B batches of one record", "requests/core s", true, SuiteGoal.RatioAtLeast(4)),
        new("P4-p50", "end-to-end latency at half of Kafka's highest rate: p50", Ms, false, null),
        new("P4-p99", "the same, p99", Ms, false, SuiteGoal.RatioAtMost(0.5)),
        new("P4-p999", "the same, p99.9", Ms, false, SuiteGoal.RatioAtMost(0.33)) { IsSteady = false },
        new("P4-max", "the same, maximum", Ms, false, null) { IsSteady = false },
        new("P5", "fsync before acknowledge, 16 KiB batches", "MB/s", true, SuiteGoal.RatioAtLeast(2)),
        new("P6", "managed memory allocated for a request", BytesUnit, false, SuiteGoal.AtMost(0)) { IsSteady = false },
        new("P7-idle", "resident memory, idle", MebibytesUnit, false, SuiteGoal.AtMost(30)),
        new("P7-loaded", "resident memory, most under load", MebibytesUnit, false, SuiteGoal.AtMost(128)),
        new("P8", "start to first acknowledged record", Ms, false, SuiteGoal.AtMost(100)),
        new("P9-produce", "distance from the floor: P1", "x", false, SuiteGoal.AtMost(1.5)),
        new("P9-fetch", "distance from the floor: P2", "x", false, SuiteGoal.AtMost(1.5)),
        new("P9-durable", "distance from the floor: P5", "x", false, SuiteGoal.AtMost(1.5)),
        new("P10", "end-to-end p99 beside a cold replay, to undisturbed", "x", false, SuiteGoal.AtMost(1.5))
        {
            IsSteady = false,
        },
        new("P11-connection", "memory for an idle connection, of 10,000", KibibytesUnit, false, SuiteGoal.AtMost(4))
        {
            IsSteady = false,
        },
        new("P11-partitions", "start with 10,000 partitions", "s", false, SuiteGoal.AtMost(5)),
        new("T1", "transactions of 10 records", "1/s", true, SuiteGoal.RatioAtLeast(3)),
        new("G1", "offset commits", "1/s", true, SuiteGoal.RatioAtLeast(3)),
    ];

    public static SuiteRow Of(string id) => All.Single(row => row.Id == id);

    /// <summary>A figure of this row with its unit.</summary>
    public string Text(double value) => Unit switch
    {
        Ms => Figures.Ms(value),
        "x" => Figures.Factor(value),
        "requests/core s" or "1/s" => $"{Figures.Scaled(value)} {Unit}",
        _ => $"{Figures.Short(value)} {Unit}",
    };
}
