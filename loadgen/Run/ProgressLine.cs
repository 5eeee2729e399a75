using System.Globalization;
using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen;

/// <summary>
/// Says how a run goes: on a terminal one line that changes every second, elsewhere one line every five. Owned by the
/// run's thread.
/// </summary>
internal sealed class ProgressLine(TextWriter output, bool isTerminal)
{
    private const int SecondsBetweenLines = 5;

    private readonly List<IntervalSample> unsaid = [];
    private int lastWidth;

    /// <summary>Nobody listens.</summary>
    public static ProgressLine Silent => new(TextWriter.Null, isTerminal: false);

    /// <summary>Takes one second's sample.</summary>
    /// <param name="sample">What happened in it.</param>
    /// <param name="atSeconds">After the run's begin.</param>
    /// <param name="isWarmUp">Whether it counts for nothing yet.</param>
    /// <param name="errors">Errors so far.</param>
    public void Show(IntervalSample sample, double atSeconds, bool isWarmUp, long errors)
    {
        unsaid.Add(sample);
        if (!isTerminal && unsaid.Count < SecondsBetweenLines)
        {
            return;
        }

        string line = Describe(atSeconds, isWarmUp, errors);
        unsaid.Clear();
        if (isTerminal)
        {
            output.Write($"\r{line.PadRight(lastWidth)}");
            lastWidth = line.Length;
        }
        else
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Leaves the changing line.</summary>
    public void End()
    {
        if (isTerminal && lastWidth > 0)
        {
            output.WriteLine();
        }
    }

    private string Describe(double atSeconds, bool isWarmUp, long errors)
    {
        IntervalSample last = unsaid[^1];
        List<string> parts = [string.Create(
            CultureInfo.InvariantCulture, $"{atSeconds,5:0} s{(isWarmUp ? " warm-up" : "")}")];
        if (unsaid.Exists(sample => sample.Counts.RecordsAcked > 0))
        {
            parts.Add(Rate("out", sample => sample.PublishRate, sample => sample.PublishBytesRate));
            parts.Add(Latency("", Worst(sample => sample.Publish)));
        }

        if (unsaid.Exists(sample => sample.Counts.RecordsConsumed > 0))
        {
            parts.Add(Rate("in", sample => sample.ConsumeRate, sample => sample.ConsumeBytesRate));
        }

        if (Worst(sample => sample.EndToEnd).Count > 0)
        {
            parts.Add(Latency("end-to-end ", Worst(sample => sample.EndToEnd)));
        }

        if (unsaid.Exists(sample => sample.Counts.Operations > 0))
        {
            double rate = unsaid.Average(sample => sample.Counts.Operations / sample.Seconds);
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{rate:0} operations/s"));
        }

        if (last.Backlog > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"lag {last.Backlog}"));
        }

        if (errors > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"errors {errors}"));
        }

        return string.Join(" | ", parts);
    }

    private string Rate(string name, Func<IntervalSample, double> records, Func<IntervalSample, double> bytes) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {unsaid.Average(records):0} records/s {unsaid.Average(bytes) / 1e6:0.0} MB/s");

    /// <summary>The sample with the largest 99th percentile: what a mean of percentiles would hide.</summary>
    private LatencySummary Worst(Func<IntervalSample, LatencySummary> which) =>
        unsaid.Select(which).MaxBy(summary => summary.P99)!;

    private static string Latency(string name, LatencySummary summary) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{name}p50 {summary.P50:0.00} p99 {summary.P99:0.00} max {summary.Max:0.0} ms");
}
