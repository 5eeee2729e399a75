using System.Globalization;
using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Report;

/// <content>What OpenMessaging-benchmark's results do not have, and how a result comes from measures.</content>
internal sealed partial record RunResult
{
    /// <summary>Every option of the run.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public double IntendedRate { get; init; }

    public double WarmUpSeconds { get; init; }

    public required RunEnvironment Environment { get; init; }

    public required RunTotals Totals { get; init; }

    /// <summary>Null where the broker was not watched.</summary>
    public ServerUsage? Server { get; init; }

    public required LoadgenHealth Loadgen { get; init; }

    /// <summary>Null without <c>--verify</c>.</summary>
    public VerifyOutcome? Verify { get; init; }

    /// <summary>From the actual send to the answer, milliseconds.</summary>
    public LatencySummary ServiceLatency { get; init; } = new();

    public Dictionary<string, double> ServiceLatencyQuantiles { get; init; } = [];

    /// <summary>Begin of each interval, seconds after the begin of measuring.</summary>
    public List<double> IntervalStart { get; init; } = [];

    public List<double> IntervalSeconds { get; init; } = [];

    /// <summary>Bytes of keys and values acknowledged a second.</summary>
    public List<double> PublishBytesRate { get; init; } = [];

    public List<double> ConsumeBytesRate { get; init; } = [];

    public List<double> RequestRate { get; init; } = [];

    /// <summary>Processors that the broker kept busy; -1 where it was not watched.</summary>
    public List<double> ServerCores { get; init; } = [];

    public List<long> ServerResidentBytes { get; init; } = [];

    /// <summary>Records a second over the whole run.</summary>
    public double AggregatedPublishRate { get; init; }

    public double AggregatedConsumeRate { get; init; }

    /// <summary>Puts a result together.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="measures">What was measured.</param>
    /// <param name="environment">Where.</param>
    /// <param name="verify">What looking at every record found; null without.</param>
    public static RunResult From(
        RunSettings settings, RunMeasures measures, RunEnvironment environment, VerifyOutcome? verify = null)
    {
        IReadOnlyList<IntervalSample> intervals = measures.Intervals;
        RunResult result = new()
        {
            Workload = settings.Workload,
            Driver = settings.Driver,
            MessageSize = settings.MessageSize,
            Topics = settings.Topics,
            Partitions = settings.Partitions,
            ProducersPerTopic = settings.ProducersPerTopic,
            ConsumersPerTopic = settings.ConsumersPerTopic,
            IntendedRate = settings.IntendedRate,
            WarmUpSeconds = settings.WarmUpSeconds,
            Settings = settings.Options,
            BeginTime = Time(measures.BeginMs),
            EndTime = Time(measures.BeginMs + (long)(measures.Seconds * 1000)),
            Environment = environment,
            Totals = RunTotals.Of(measures),
            Server = ServerUsage.Of(measures),
            Loadgen = LoadgenHealth.Judge(
                measures, settings.IntendedRate, settings.Workers, settings.ScheduledSeconds),
            Verify = verify,
            PublishRate = Each(intervals, sample => sample.PublishRate),
            PublishErrorRate = Each(intervals, sample => sample.ErrorRate),
            ConsumeRate = Each(intervals, sample => sample.ConsumeRate),
            Backlog = intervals.Select(sample => sample.Backlog).ToList(),
            IntervalStart = Each(intervals, sample => sample.StartSeconds),
            IntervalSeconds = Each(intervals, sample => sample.Seconds),
            PublishBytesRate = Each(intervals, sample => sample.PublishBytesRate),
            ConsumeBytesRate = Each(intervals, sample => sample.ConsumeBytesRate),
            RequestRate = Each(intervals, sample => sample.RequestRate),
            ServerCores = Each(intervals, sample => sample.ServerCores),
            ServerResidentBytes = intervals.Select(sample => sample.ServerResidentBytes).ToList(),
            AggregatedPublishRate = measures.Whole.Counts.RecordsAcked / measures.Seconds,
            AggregatedConsumeRate = measures.Whole.Counts.RecordsConsumed / measures.Seconds,
            ServiceLatency = LatencySummary.InMs(measures.Whole.Service),
            ServiceLatencyQuantiles = Quantiles(measures.Whole.Service, 1e6),
        };
        return result.WithLatencies(intervals, measures.Whole);
    }

    private RunResult WithLatencies(IReadOnlyList<IntervalSample> intervals, MeterReading whole) =>
        WithPublishLatency(intervals, whole).WithPublishDelay(intervals, whole).WithEndToEnd(intervals, whole);

    private RunResult WithPublishLatency(IReadOnlyList<IntervalSample> intervals, MeterReading whole)
    {
        LatencySummary all = LatencySummary.InMs(whole.Intended);
        return this with
        {
            PublishLatencyAvg = Each(intervals, sample => sample.Publish.Avg),
            PublishLatency50pct = Each(intervals, sample => sample.Publish.P50),
            PublishLatency75pct = Each(intervals, sample => sample.Publish.P75),
            PublishLatency95pct = Each(intervals, sample => sample.Publish.P95),
            PublishLatency99pct = Each(intervals, sample => sample.Publish.P99),
            PublishLatency999pct = Each(intervals, sample => sample.Publish.P999),
            PublishLatency9999pct = Each(intervals, sample => sample.Publish.P9999),
            PublishLatencyMax = Each(intervals, sample => sample.Publish.Max),
            AggregatedPublishLatencyAvg = all.Avg,
            AggregatedPublishLatency50pct = all.P50,
            AggregatedPublishLatency75pct = all.P75,
            AggregatedPublishLatency95pct = all.P95,
            AggregatedPublishLatency99pct = all.P99,
            AggregatedPublishLatency999pct = all.P999,
            AggregatedPublishLatency9999pct = all.P9999,
            AggregatedPublishLatencyMax = all.Max,
            AggregatedPublishLatencyQuantiles = Quantiles(whole.Intended, 1e6),
        };
    }

    private RunResult WithPublishDelay(IReadOnlyList<IntervalSample> intervals, MeterReading whole)
    {
        LatencySummary all = LatencySummary.InUs(whole.Lateness);
        return this with
        {
            PublishDelayLatencyAvg = Each(intervals, sample => sample.Lateness.Avg),
            PublishDelayLatency50pct = Each(intervals, sample => sample.Lateness.P50),
            PublishDelayLatency75pct = Each(intervals, sample => sample.Lateness.P75),
            PublishDelayLatency95pct = Each(intervals, sample => sample.Lateness.P95),
            PublishDelayLatency99pct = Each(intervals, sample => sample.Lateness.P99),
            PublishDelayLatency999pct = Each(intervals, sample => sample.Lateness.P999),
            PublishDelayLatency9999pct = Each(intervals, sample => sample.Lateness.P9999),
            PublishDelayLatencyMax = Each(intervals, sample => sample.Lateness.Max),
            AggregatedPublishDelayLatencyAvg = all.Avg,
            AggregatedPublishDelayLatency50pct = all.P50,
            AggregatedPublishDelayLatency75pct = all.P75,
            AggregatedPublishDelayLatency95pct = all.P95,
            AggregatedPublishDelayLatency99pct = all.P99,
            AggregatedPublishDelayLatency999pct = all.P999,
            AggregatedPublishDelayLatency9999pct = all.P9999,
            AggregatedPublishDelayLatencyMax = all.Max,
            AggregatedPublishDelayLatencyQuantiles = Quantiles(whole.Lateness, 1e3),
        };
    }

    private RunResult WithEndToEnd(IReadOnlyList<IntervalSample> intervals, MeterReading whole)
    {
        LatencySummary all = LatencySummary.InMs(whole.EndToEnd);
        return this with
        {
            EndToEndLatencyAvg = Each(intervals, sample => sample.EndToEnd.Avg),
            EndToEndLatency50pct = Each(intervals, sample => sample.EndToEnd.P50),
            EndToEndLatency75pct = Each(intervals, sample => sample.EndToEnd.P75),
            EndToEndLatency95pct = Each(intervals, sample => sample.EndToEnd.P95),
            EndToEndLatency99pct = Each(intervals, sample => sample.EndToEnd.P99),
            EndToEndLatency999pct = Each(intervals, sample => sample.EndToEnd.P999),
            EndToEndLatency9999pct = Each(intervals, sample => sample.EndToEnd.P9999),
            EndToEndLatencyMax = Each(intervals, sample => sample.EndToEnd.Max),
            AggregatedEndToEndLatencyAvg = all.Avg,
            AggregatedEndToEndLatency50pct = all.P50,
            AggregatedEndToEndLatency75pct = all.P75,
            AggregatedEndToEndLatency95pct = all.P95,
            AggregatedEndToEndLatency99pct = all.P99,
            AggregatedEndToEndLatency999pct = all.P999,
            AggregatedEndToEndLatency9999pct = all.P9999,
            AggregatedEndToEndLatencyMax = all.Max,
            AggregatedEndToEndLatencyQuantiles = Quantiles(whole.EndToEnd, 1e6),
        };
    }

    /// <summary>A value for each interval.</summary>
    private static List<double> Each(IReadOnlyList<IntervalSample> intervals, Func<IntervalSample, double> value) =>
        intervals.Select(value).ToList();

    private static Dictionary<string, double> Quantiles(Histogram histogram, double nanosecondsPerUnit)
    {
        Dictionary<string, double> quantiles = [];
        foreach ((double percentile, long value) in PercentileLadder.Of(histogram))
        {
            quantiles[percentile.ToString("0.##########", CultureInfo.InvariantCulture)] = value / nanosecondsPerUnit;
        }

        return quantiles;
    }

    private static string Time(long wallMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(wallMs)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
