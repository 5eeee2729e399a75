namespace Millrace.Loadgen.Measurement;

/// <summary>The percentiles that OpenMessaging-benchmark names, in the unit that the reader asked for.</summary>
internal sealed record LatencySummary
{
    public long Count { get; init; }

    public double Avg { get; init; }

    public double P50 { get; init; }

    public double P75 { get; init; }

    public double P95 { get; init; }

    public double P99 { get; init; }

    public double P999 { get; init; }

    public double P9999 { get; init; }

    public double Max { get; init; }

    /// <summary>In milliseconds.</summary>
    public static LatencySummary InMs(Histogram histogram) => Of(histogram, nanosecondsPerUnit: 1e6);

    /// <summary>In microseconds.</summary>
    public static LatencySummary InUs(Histogram histogram) => Of(histogram, nanosecondsPerUnit: 1e3);

    private static LatencySummary Of(Histogram histogram, double nanosecondsPerUnit) => new()
    {
        Count = histogram.Total,
        Avg = histogram.Mean / nanosecondsPerUnit,
        P50 = histogram.ValueAt(50) / nanosecondsPerUnit,
        P75 = histogram.ValueAt(75) / nanosecondsPerUnit,
        P95 = histogram.ValueAt(95) / nanosecondsPerUnit,
        P99 = histogram.ValueAt(99) / nanosecondsPerUnit,
        P999 = histogram.ValueAt(99.9) / nanosecondsPerUnit,
        P9999 = histogram.ValueAt(99.99) / nanosecondsPerUnit,
        Max = histogram.Max / nanosecondsPerUnit,
    };
}
