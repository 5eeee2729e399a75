namespace Millrace.Loadgen.Report;

/// <summary>
/// The result of one run, as it stands in <c>results.json</c>. The names in the first half are those of
/// OpenMessaging-benchmark's results, so that charts made for those can be drawn from ours: rates are records a second,
/// publish and end-to-end latencies milliseconds, publish delays (lateness against the schedule) microseconds.
/// </summary>
/// <remarks>
/// Publish latency counts from the intended send time; service latency, which is ours, from the actual.
/// </remarks>
internal sealed partial record RunResult
{
    /// <summary>Version of this format. It only grows.</summary>
    public const string CurrentSchema = "millrace-loadgen/1";

    public string Schema { get; init; } = CurrentSchema;

    public string Workload { get; init; } = "";

    public string Driver { get; init; } = "";

    public int MessageSize { get; init; }

    public int Topics { get; init; }

    public int Partitions { get; init; }

    public int ProducersPerTopic { get; init; }

    public int ConsumersPerTopic { get; init; }

    public string BeginTime { get; init; } = "";

    public string EndTime { get; init; } = "";

    public List<double> PublishRate { get; init; } = [];

    public List<double> PublishErrorRate { get; init; } = [];

    public List<double> ConsumeRate { get; init; } = [];

    public List<long> Backlog { get; init; } = [];

    // Milliseconds, one value for each interval.
    public List<double> PublishLatencyAvg { get; init; } = [];

    public List<double> PublishLatency50pct { get; init; } = [];

    public List<double> PublishLatency75pct { get; init; } = [];

    public List<double> PublishLatency95pct { get; init; } = [];

    public List<double> PublishLatency99pct { get; init; } = [];

    public List<double> PublishLatency999pct { get; init; } = [];

    public List<double> PublishLatency9999pct { get; init; } = [];

    public List<double> PublishLatencyMax { get; init; } = [];

    // Microseconds.
    public List<double> PublishDelayLatencyAvg { get; init; } = [];

    public List<double> PublishDelayLatency50pct { get; init; } = [];

    public List<double> PublishDelayLatency75pct { get; init; } = [];

    public List<double> PublishDelayLatency95pct { get; init; } = [];

    public List<double> PublishDelayLatency99pct { get; init; } = [];

    public List<double> PublishDelayLatency999pct { get; init; } = [];

    public List<double> PublishDelayLatency9999pct { get; init; } = [];

    public List<double> PublishDelayLatencyMax { get; init; } = [];

    // Milliseconds.
    public List<double> EndToEndLatencyAvg { get; init; } = [];

    public List<double> EndToEndLatency50pct { get; init; } = [];

    public List<double> EndToEndLatency75pct { get; init; } = [];

    public List<double> EndToEndLatency95pct { get; init; } = [];

    public List<double> EndToEndLatency99pct { get; init; } = [];

    public List<double> EndToEndLatency999pct { get; init; } = [];

    public List<double> EndToEndLatency9999pct { get; init; } = [];

    public List<double> EndToEndLatencyMax { get; init; } = [];

    // The whole run. Quantiles map a percentile to its value.
    public double AggregatedPublishLatencyAvg { get; init; }

    public double AggregatedPublishLatency50pct { get; init; }

    public double AggregatedPublishLatency75pct { get; init; }

    public double AggregatedPublishLatency95pct { get; init; }

    public double AggregatedPublishLatency99pct { get; init; }

    public double AggregatedPublishLatency999pct { get; init; }

    public double AggregatedPublishLatency9999pct { get; init; }

    public double AggregatedPublishLatencyMax { get; init; }

    public Dictionary<string, double> AggregatedPublishLatencyQuantiles { get; init; } = [];

    // Microseconds.
    public double AggregatedPublishDelayLatencyAvg { get; init; }

    public double AggregatedPublishDelayLatency50pct { get; init; }

    public double AggregatedPublishDelayLatency75pct { get; init; }

    public double AggregatedPublishDelayLatency95pct { get; init; }

    public double AggregatedPublishDelayLatency99pct { get; init; }

    public double AggregatedPublishDelayLatency999pct { get; init; }

    public double AggregatedPublishDelayLatency9999pct { get; init; }

    public double AggregatedPublishDelayLatencyMax { get; init; }

    public Dictionary<string, double> AggregatedPublishDelayLatencyQuantiles { get; init; } = [];

    // Milliseconds.
    public double AggregatedEndToEndLatencyAvg { get; init; }

    public double AggregatedEndToEndLatency50pct { get; init; }

    public double AggregatedEndToEndLatency75pct { get; init; }

    public double AggregatedEndToEndLatency95pct { get; init; }

    public double AggregatedEndToEndLatency99pct { get; init; }

    public double AggregatedEndToEndLatency999pct { get; init; }

    public double AggregatedEndToEndLatency9999pct { get; init; }

    public double AggregatedEndToEndLatencyMax { get; init; }

    public Dictionary<string, double> AggregatedEndToEndLatencyQuantiles { get; init; } = [];
}
