namespace Millrace.Loadgen.Report;

/// <summary>A figure that two runs are compared by.</summary>
/// <param name="Id">Its name on the command line and in files.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="IsHigherBetter">A rate, and not a cost.</param>
/// <param name="Slack">Differences up to this are none, in the figure's own unit: finer than can be measured.</param>
/// <param name="IsGateByDefault">Whether a regression of it fails the comparison unless others are named.</param>
/// <param name="Of">Reads it; 0 where a run has none.</param>
/// <param name="Each">Reads it for each interval, for the spread; empty where there is no such list.</param>
/// <param name="Text">Writes it for people.</param>
internal sealed record Gate(
    string Id,
    string Name,
    bool IsHigherBetter,
    double Slack,
    bool IsGateByDefault,
    Func<RunResult, double> Of,
    Func<RunResult, IReadOnlyList<double>> Each,
    Func<double, string> Text)
{
    // A tenth of what a broker's fastest answers on a loopback take: below that, the scheduler is compared.
    private const double LatencySlackMs = 0.05;

    /// <summary>All figures, in the order of the table.</summary>
    public static IReadOnlyList<Gate> All { get; } =
    [
        Rate("publish-rate", "publish rate", result => result.AggregatedPublishRate, result => result.PublishRate),
        Rate("consume-rate", "consume rate", result => result.AggregatedConsumeRate, result => result.ConsumeRate),
        Latency("publish-p50", "publish p50", true,
            result => result.AggregatedPublishLatency50pct, result => result.PublishLatency50pct),
        Latency("publish-p99", "publish p99", true,
            result => result.AggregatedPublishLatency99pct, result => result.PublishLatency99pct),
        Latency("publish-p999", "publish p99.9", false,
            result => result.AggregatedPublishLatency999pct, result => result.PublishLatency999pct),
        Latency("end-to-end-p50", "end-to-end p50", true,
            result => result.AggregatedEndToEndLatency50pct, result => result.EndToEndLatency50pct),
        Latency("end-to-end-p99", "end-to-end p99", true,
            result => result.AggregatedEndToEndLatency99pct, result => result.EndToEndLatency99pct),
        Latency("end-to-end-p999", "end-to-end p99.9", false,
            result => result.AggregatedEndToEndLatency999pct, result => result.EndToEndLatency999pct),
        new Gate("cpu-per-gb", "broker CPU s/GB", false, 0.01, true,
            result => result.Server?.CpuSecondsPerGb ?? 0, CpuPerGb, value => $"{Figures.Short(value)} s/GB"),
        new Gate("requests-per-core-second", "requests per core second", true, 0, true,
            result => result.Server?.RequestsPerCoreSecond ?? 0, RequestsPerCoreSecond, Figures.Scaled),
        new Gate("resident", "broker memory", false, 4 << 20, false,
            result => result.Server?.ResidentBytesEnd ?? 0, _ => [], Figures.Mebibytes),
    ];

    private static Gate Rate(
        string id, string name, Func<RunResult, double> of, Func<RunResult, IReadOnlyList<double>> each) =>
        new(id, name, true, 0, true, of, each, value => $"{Figures.Scaled(value)}/s");

    private static Gate Latency(
        string id, string name, bool isGate, Func<RunResult, double> of, Func<RunResult, IReadOnlyList<double>> each) =>
        new(id, name, false, LatencySlackMs, isGate, of, each, Figures.Ms);

    private static List<double> CpuPerGb(RunResult result) =>
        Ratios(result, (cores, bytesRate, _) => cores / (bytesRate / 1e9));

    private static List<double> RequestsPerCoreSecond(RunResult result) =>
        Ratios(result, (cores, _, requestRate) => requestRate / cores);

    /// <summary>A figure of each interval in which the broker was watched and worked.</summary>
    private static List<double> Ratios(RunResult result, Func<double, double, double, double> figure)
    {
        List<double> ratios = [];
        for (int index = 0; index < Math.Min(result.ServerCores.Count, result.RequestRate.Count); index++)
        {
            double bytesRate = result.PublishBytesRate[index] + result.ConsumeBytesRate[index];
            if (result.ServerCores[index] > 0 && bytesRate > 0)
            {
                ratios.Add(figure(result.ServerCores[index], bytesRate, result.RequestRate[index]));
            }
        }

        return ratios;
    }
}
