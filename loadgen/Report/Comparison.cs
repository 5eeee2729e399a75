namespace Millrace.Loadgen.Report;

/// <summary>How a figure of the second run stands to that of the first.</summary>
internal enum Verdict
{
    Same,
    Better,
    Worse,
}

/// <summary>One figure of two runs.</summary>
/// <param name="Gate">Which.</param>
/// <param name="Before">Of the first run.</param>
/// <param name="After">Of the second.</param>
/// <param name="Band">Relative difference that noise explains.</param>
/// <param name="Verdict">Better or worse only beyond the band.</param>
/// <param name="IsGate">Whether a worse one fails the comparison.</param>
internal sealed record ComparedFigure(
    Gate Gate, double Before, double After, double Band, Verdict Verdict, bool IsGate)
{
    public double Ratio => Before == 0 ? 0 : After / Before;

    public bool IsRegression => IsGate && Verdict == Verdict.Worse;
}

/// <summary>
/// Two runs beside each other. A difference counts only where it is larger than what the runs themselves vary by, and a
/// run that measured the load generator, or lost records, is no base for any conclusion.
/// </summary>
internal sealed record Comparison
{
    // However much a run varies, what is half as fast again is no noise.
    private const double BandMax = 0.5;

    /// <summary>Options that name this run's broker and files, and say nothing about the load.</summary>
    private static readonly HashSet<string> OfEveryRun =
    [
        "brokers", "topic", "name", "broker-name", "server-pid", "server-cgroup", "data-folder", "json", "report",
        "hlog", "quiet", "run-id",
    ];

    public required RunResult Before { get; init; }

    public required RunResult After { get; init; }

    public required IReadOnlyList<ComparedFigure> Figures { get; init; }

    /// <summary>Why nothing can be concluded: loadgen was the bottleneck of a run.</summary>
    public required IReadOnlyList<string> Limits { get; init; }

    /// <summary>What fails beside the figures: records lost, requests failed.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>What differs between the runs' settings and machines; it fails nothing.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    public IEnumerable<ComparedFigure> Regressions => Figures.Where(figure => figure.IsRegression);

    public ExitCode Outcome =>
        Limits.Count > 0 ? ExitCode.GeneratorLimited
        : Faults.Count > 0 || Regressions.Any() ? ExitCode.GateFailed
        : ExitCode.Success;

    /// <summary>Compares two runs.</summary>
    /// <param name="before">The one that is the measure.</param>
    /// <param name="after">The one that is judged.</param>
    /// <param name="noise">The least band: 0.1 lets every figure differ by a tenth.</param>
    /// <param name="gates">Ids of the figures that may fail it; null for the usual ones.</param>
    public static Comparison Of(RunResult before, RunResult after, double noise, IReadOnlySet<string>? gates = null) =>
        new()
        {
            Before = before,
            After = after,
            Figures = Gate.All
                .Where(gate => gate.Of(before) > 0)
                .Select(gate => Compare(gate, before, after, noise, gates?.Contains(gate.Id) ?? gate.IsGateByDefault))
                .ToList(),
            Limits = [.. LimitsOf("first", before), .. LimitsOf("second", after)],
            Faults = FaultsOf(before, after),
            Remarks = RemarksOf(before, after),
        };

    private static ComparedFigure Compare(Gate gate, RunResult before, RunResult after, double noise, bool isGate)
    {
        double first = gate.Of(before);
        double second = gate.Of(after);
        double measured = Math.Max(Spread(gate.Each(before)), Spread(gate.Each(after)));
        double band = Math.Max(noise, Math.Min(measured, BandMax));
        bool isBeyond = Math.Abs(second - first) > gate.Slack
            && (second > first * (1 + band) || second < first / (1 + band));
        bool isBetter = second > first == gate.IsHigherBetter;
        Verdict verdict = !isBeyond ? Verdict.Same : isBetter ? Verdict.Better : Verdict.Worse;
        return new ComparedFigure(gate, first, second, band, verdict, isGate);
    }

    /// <summary>
    /// The middle half of the intervals, relative to their median: a single bad second does not widen it.
    /// </summary>
    private static double Spread(IReadOnlyList<double> intervals)
    {
        const int tooFew = 4;
        if (intervals.Count < tooFew)
        {
            return 0;
        }

        double[] sorted = intervals.Order().ToArray();
        double median = sorted[sorted.Length / 2];
        return median <= 0 ? 0 : (sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4]) / median;
    }

    private static IEnumerable<string> LimitsOf(string which, RunResult result) =>
        result.Loadgen.Reasons.Select(reason => $"loadgen was the bottleneck of the {which} run: {reason}");

    private static List<string> FaultsOf(RunResult before, RunResult after)
    {
        List<string> faults = [];
        if (after.Verify is { IsClean: false } verify)
        {
            faults.Add(
                $"{verify.Lost} records lost, {verify.Duplicated} doubled, {verify.OutOfOrder} out of order, "
                + $"{verify.Corrupt} corrupt");
        }

        if (after.Totals.RecordsFailed > before.Totals.RecordsFailed)
        {
            faults.Add($"{after.Totals.RecordsFailed} records failed, {before.Totals.RecordsFailed} before");
        }

        return faults;
    }

    private static List<string> RemarksOf(RunResult before, RunResult after)
    {
        List<string> remarks = [];
        void Note(string what, string first, string second)
        {
            if (first != second)
            {
                remarks.Add($"{what}: {first} / {second}");
            }
        }

        Note("workload", before.Workload, after.Workload);
        Note("broker", before.Driver, after.Driver);
        Note("CPU", before.Environment.Cpu, after.Environment.Cpu);
        Note("cores", $"{before.Environment.Cores}", $"{after.Environment.Cores}");
        Note("kernel", before.Environment.Kernel, after.Environment.Kernel);
        Note("disk", before.Environment.Disk, after.Environment.Disk);
        Note("durability", before.Environment.Durability, after.Environment.Durability);
        foreach (string option in before.Settings.Keys
            .Union(after.Settings.Keys)
            .Where(option => !OfEveryRun.Contains(option.TrimStart('-')))
            .Order(StringComparer.Ordinal))
        {
            Note(
                option,
                before.Settings.GetValueOrDefault(option, "not given"),
                after.Settings.GetValueOrDefault(option, "not given"));
        }

        return remarks;
    }
}
