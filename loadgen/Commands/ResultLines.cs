using System.Globalization;
using Millrace.Loadgen.Measurement;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen;

/// <summary>A result in the lines that a run ends with; each begins with what it is about. No state.</summary>
internal static class ResultLines
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static IEnumerable<string> Of(RunResult result, ErrorTally tally) =>
        Traffic(result).Concat(Latency(result)).Concat(Trouble(result, tally)).Concat(Processors(result));

    private static IEnumerable<string> Traffic(RunResult result)
    {
        RunTotals totals = result.Totals;
        if (totals.RecordsAcked > 0)
        {
            yield return string.Create(
                Invariant, $"produced   {totals.RecordsAcked} records, {result.AggregatedPublishRate:0} records/s, "
                + $"{totals.BytesAcked / totals.Seconds / 1e6:0.00} MB/s, {totals.ProduceRequests} requests");
        }

        if (totals.RecordsConsumed > 0)
        {
            yield return string.Create(
                Invariant, $"consumed   {totals.RecordsConsumed} records, {result.AggregatedConsumeRate:0} records/s, "
                + $"{totals.BytesConsumed / totals.Seconds / 1e6:0.00} MB/s, {totals.Fetches} fetches");
        }

        if (totals.Operations > 0)
        {
            yield return string.Create(
                Invariant, $"operations {totals.Operations}, {totals.Operations / totals.Seconds:0} a second");
        }
    }

    private static IEnumerable<string> Latency(RunResult result)
    {
        if (result.ServiceLatency.Count > 0)
        {
            yield return string.Create(Invariant, $"latency    p50 {result.AggregatedPublishLatency50pct:0.000}, "
                + $"p99 {result.AggregatedPublishLatency99pct:0.000}, "
                + $"p99.9 {result.AggregatedPublishLatency999pct:0.000}, "
                + $"max {result.AggregatedPublishLatencyMax:0.000} ms from when it was due");
            LatencySummary service = result.ServiceLatency;
            yield return string.Create(Invariant, $"service    p50 {service.P50:0.000}, p99 {service.P99:0.000}, "
                + $"p99.9 {service.P999:0.000}, max {service.Max:0.000} ms from when it was sent");
        }

        if (result.AggregatedEndToEndLatencyMax > 0)
        {
            yield return string.Create(Invariant, $"end-to-end p50 {result.AggregatedEndToEndLatency50pct:0.000}, "
                + $"p99 {result.AggregatedEndToEndLatency99pct:0.000}, "
                + $"p99.9 {result.AggregatedEndToEndLatency999pct:0.000}, "
                + $"max {result.AggregatedEndToEndLatencyMax:0.000} ms");
        }
    }

    private static IEnumerable<string> Trouble(RunResult result, ErrorTally tally)
    {
        RunTotals totals = result.Totals;
        if (totals.RecordsFailed > 0 || totals.Retries > 0)
        {
            yield return string.Create(
                Invariant, $"trouble    {totals.RecordsFailed} records failed, {totals.Retries} batches sent again");
        }

        foreach ((string kind, long count) in tally.Counts)
        {
            yield return string.Create(Invariant, $"error      {count} x {kind}");
        }

        if (result.Verify is { } verify)
        {
            yield return string.Create(
                Invariant, $"verified   {verify.Checked} records: {verify.Lost} lost, {verify.Duplicated} duplicated, "
                + $"{verify.OutOfOrder} out of order, {verify.Corrupt} corrupt");
        }
    }

    private static IEnumerable<string> Processors(RunResult result)
    {
        if (result.Server is { } server)
        {
            yield return string.Create(Invariant, $"broker     {server.CpuSeconds:0.00} CPU s, "
                + $"{server.CpuSecondsPerGb:0.000} s/GB, {server.RequestsPerCoreSecond:0} requests per core second, "
                + $"{server.ResidentBytesPeak / 1048576.0:0.0} MiB resident");
        }

        yield return string.Create(Invariant, $"loadgen    {result.Loadgen.CpuSeconds:0.00} CPU s, "
            + $"{result.Loadgen.CpuSecondsPerGb:0.000} s/GB, busiest worker {result.Loadgen.BusiestWorker * 100:0} %, "
            + $"lateness p99 {result.Loadgen.LatenessP99Ms:0.000} ms");
        foreach (string reason in result.Loadgen.Reasons)
        {
            yield return $"THE LOAD GENERATOR WAS THE BOTTLENECK: {reason}";
        }
    }
}
