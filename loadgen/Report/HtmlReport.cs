using System.Globalization;

namespace Millrace.Loadgen.Report;

/// <summary>One run as a page, with a comparison where there is a run to compare it with.</summary>
internal static class HtmlReport
{
    private const double BytesPerGb = 1e9;

    /// <summary>The page's text.</summary>
    /// <param name="result">The run.</param>
    /// <param name="comparison">The run as the second of two; null where it stands alone.</param>
    /// <param name="floors">What the machine itself takes, in CPU seconds per GB; empty where not measured.</param>
    public static string Render(
        RunResult result, Comparison? comparison = null, IReadOnlyList<(string Name, double CpuPerGb)>? floors = null)
    {
        HtmlPage page = new($"{result.Workload} · {result.Driver}", Subtitle(result));
        page.Tiles(Tiles(result));
        NoteFaults(page, result);
        if (comparison is not null)
        {
            ComparisonSection.AddTo(page, comparison);
        }

        AddThroughput(page, result);
        AddPercentiles(page, result);
        AddLatencyOverTime(page, result);
        AddServer(page, result, floors ?? []);
        AddFacts(page, result);
        return page.ToString();
    }

    private static string Subtitle(RunResult result) =>
        $"{result.BeginTime}, {Figures.Short(result.Totals.Seconds)} s after {Figures.Short(result.WarmUpSeconds)} s "
        + $"of warm-up, {result.Environment.Cpu} ({result.Environment.Cores} cores), Linux {result.Environment.Kernel}";

    private static IEnumerable<(string Figure, string Meaning)> Tiles(RunResult result)
    {
        double seconds = result.Totals.Seconds;
        if (result.Totals.RecordsAcked > 0)
        {
            string bytes = Figures.BytesRate(result.Totals.BytesAcked / seconds);
            yield return ($"{Figures.Scaled(result.AggregatedPublishRate)}/s", $"records published, {bytes}");
            yield return (Figures.Ms(result.AggregatedPublishLatency50pct), "publish p50");
            yield return (Figures.Ms(result.AggregatedPublishLatency99pct), "publish p99");
            yield return (Figures.Ms(result.AggregatedPublishLatency999pct), "publish p99.9");
        }

        if (result.Totals.RecordsConsumed > 0)
        {
            string bytes = Figures.BytesRate(result.Totals.BytesConsumed / seconds);
            yield return ($"{Figures.Scaled(result.AggregatedConsumeRate)}/s", $"records consumed, {bytes}");
        }

        if (result.AggregatedEndToEndLatencyMax > 0)
        {
            yield return (Figures.Ms(result.AggregatedEndToEndLatency99pct), "end-to-end p99");
        }

        if (result.Server is { } server)
        {
            yield return ($"{Figures.Short(server.CpuSecondsPerGb)} s", "broker CPU per GB");
            yield return (Figures.Scaled(server.RequestsPerCoreSecond), "requests per core second");
            yield return (Figures.Mebibytes(server.ResidentBytesEnd), "broker memory");
        }
    }

    private static void NoteFaults(HtmlPage page, RunResult result)
    {
        foreach (string reason in result.Loadgen.Reasons)
        {
            page.Note(false, $"loadgen itself was the bottleneck, and these figures are not the broker's: {reason}.");
        }

        if (result.Totals.RecordsFailed > 0)
        {
            page.Note(false, $"{result.Totals.RecordsFailed} records failed for good.");
        }

        if (result.Verify is { } verify)
        {
            page.Note(
                verify.IsClean,
                verify.IsClean
                    ? $"Every record checked ({verify.Checked}): none lost, doubled, out of order or corrupt."
                    : $"Of {verify.Checked} records checked, {verify.Lost} were lost, {verify.Duplicated} doubled, "
                        + $"{verify.OutOfOrder} out of order, {verify.Corrupt} corrupt.");
        }
    }

    private static void AddThroughput(HtmlPage page, RunResult result)
    {
        ChartSeries[] lines =
        [
            Line("published, records/s", 1, result, Where(result.Totals.RecordsAcked > 0, result.PublishRate)),
            Line("consumed, records/s", 2, result, Where(result.Totals.RecordsConsumed > 0, result.ConsumeRate)),
            Line("failed, records/s", 4, result, Where(result.Totals.RecordsFailed > 0, result.PublishErrorRate)),
        ];
        page.Heading("Throughput over time");
        double largest = lines.SelectMany(line => line.Points).Select(point => point.Y).DefaultIfEmpty(1).Max();
        page.Chart(LineChart.Draw(
            "Records per second over time", "seconds", Seconds(result),
            ChartAxis.FromZero(largest, Figures.Scaled), lines));
    }

    private static void AddPercentiles(HtmlPage page, RunResult result)
    {
        ChartSeries[] lines =
        [
            Curve("publish, from intended send", 1, result.AggregatedPublishLatencyQuantiles),
            Curve("publish, from actual send", 1, result.ServiceLatencyQuantiles) with { IsDashed = true },
            Curve("end to end", 2, result.AggregatedEndToEndLatencyQuantiles),
        ];
        double[] values = lines.SelectMany(line => line.Points).Select(point => point.Y).Where(y => y > 0).ToArray();
        if (values.Length == 0)
        {
            return;
        }

        page.Heading("Latency by percentile");
        page.Paragraph(
            "Each nine is as wide as the one before. Where the lines of intended and actual send part, requests had to "
            + "queue: a generator that waits for answers would have left that out.");
        long count = Math.Max(result.ServiceLatency.Count, result.Totals.RecordsConsumed);
        page.Chart(LineChart.Draw(
            "Latency by percentile, on logarithmic scales", "of all records",
            ChartAxis.Percentiles(count), ChartAxis.Log(values.Min(), values.Max(), Figures.Ms), lines));
    }

    private static void AddLatencyOverTime(HtmlPage page, RunResult result)
    {
        bool isPublish = result.AggregatedPublishLatencyMax > 0;
        ChartSeries[] lines = isPublish
            ? [
                Line("publish p50", 1, result, result.PublishLatency50pct),
                Line("p99", 2, result, result.PublishLatency99pct),
                Line("p99.9", 4, result, result.PublishLatency999pct),
                Line("max", 5, result, result.PublishLatencyMax),
            ]
            : [
                Line("end-to-end p50", 1, result, result.EndToEndLatency50pct),
                Line("p99", 2, result, result.EndToEndLatency99pct),
                Line("p99.9", 4, result, result.EndToEndLatency999pct),
                Line("max", 5, result, result.EndToEndLatencyMax),
            ];
        double[] values = lines.SelectMany(line => line.Points).Select(point => point.Y).Where(y => y > 0).ToArray();
        if (values.Length > 0)
        {
            page.Heading("Latency over time");
            page.Chart(LineChart.Draw(
                "Latency over time, on a logarithmic scale", "seconds", Seconds(result),
                ChartAxis.Log(values.Min(), values.Max(), Figures.Ms), lines));
        }
    }

    private static void AddServer(
        HtmlPage page, RunResult result, IReadOnlyList<(string Name, double CpuPerGb)> floors)
    {
        if (result.Server is not { } server)
        {
            return;
        }

        page.Heading("What it costs the broker");
        List<Bar> bars = [Plain(result.Driver, server.CpuSecondsPerGb, 1)];
        bars.Add(Plain("loadgen itself", result.Loadgen.CpuSecondsPerGb, 5));
        bars.AddRange(floors.Select(floor => Plain($"floor: {floor.Name}", floor.CpuPerGb, 3)));
        page.Paragraph("CPU seconds per GB of keys and values through the broker.");
        page.Chart(BarChart.Draw("CPU seconds per GB", bars, value => $"{Figures.Short(value)} s"));
        page.Facts(
        [
            ("CPU", $"{Figures.Short(server.CpuSeconds)} s: user {Figures.Short(server.UserSeconds)} s, system "
                + $"{Figures.Short(server.SystemSeconds)} s; {Figures.Short(server.Cores)} cores busy"),
            ("memory", $"{Figures.Mebibytes(server.ResidentBytesBegin)} at the begin, "
                + $"{Figures.Mebibytes(server.ResidentBytesEnd)} at the end, at most "
                + Figures.Mebibytes(server.ResidentBytesPeak)),
            ("context switches", $"{Figures.Short(server.ContextSwitchesPerRequest)} per request"),
            ("read and write calls", server.ReadAndWriteCallsPerRequest < 0
                ? "unknown"
                : $"{Figures.Short(server.ReadAndWriteCallsPerRequest)} per request"),
            ("disk", server.DiskBytesWritten < 0
                ? "unknown"
                : $"{Figures.Short(server.DiskBytesWritten / BytesPerGb)} GB written, "
                    + $"{Figures.Short(server.DiskBytesRead / BytesPerGb)} GB read"),
            ("network of the machine", $"{Figures.Short(server.NetworkBytesReceived / BytesPerGb)} GB in, "
                + $"{Figures.Short(server.NetworkBytesSent / BytesPerGb)} GB out"),
            ("threads", server.Threads.ToString(CultureInfo.InvariantCulture)),
        ]);
    }

    private static void AddFacts(HtmlPage page, RunResult result)
    {
        RunEnvironment where = result.Environment;
        page.Heading("How it was measured");
        page.Facts(
        [
            ("broker", where.Broker),
            ("durability", where.Durability),
            ("disk", where.Disk),
            ("machine", $"{where.OperatingSystem}, {Figures.Mebibytes(where.MemoryBytes)} of memory"),
            ("loadgen", $"{where.Loadgen}, {where.Runtime}"),
            ("loadgen's own load", $"busiest worker {Figures.Percent(Math.Max(0, result.Loadgen.BusiestWorker))}, "
                + $"requests late by {Figures.Ms(result.Loadgen.LatenessP99Ms)} at p99"),
            .. result.Settings.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)),
        ]);
    }

    private static Bar Plain(string name, double value, int color) => new(name, value, color, value, value, 0);

    private static ChartAxis Seconds(RunResult result) =>
        ChartAxis.Linear(0, Math.Max(1, result.Totals.Seconds), Figures.At);

    private static IReadOnlyList<double> Where(bool isThere, IReadOnlyList<double> values) => isThere ? values : [];

    /// <summary>A line with a point in the middle of each interval.</summary>
    private static ChartSeries Line(string name, int color, RunResult result, IReadOnlyList<double> values)
    {
        List<(double X, double Y)> points = [];
        for (int index = 0; index < Math.Min(values.Count, result.IntervalStart.Count); index++)
        {
            points.Add((result.IntervalStart[index] + (result.IntervalSeconds[index] / 2), values[index]));
        }

        return new ChartSeries(name, color, points);
    }

    private static ChartSeries Curve(string name, int color, Dictionary<string, double> quantiles) =>
        new(name, color, quantiles
            .Select(pair => (double.Parse(pair.Key, CultureInfo.InvariantCulture), pair.Value))
            .OrderBy(point => point.Item1)
            .ToList());
}
