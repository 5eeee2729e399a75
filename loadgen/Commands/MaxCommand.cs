using System.CommandLine;
using System.Globalization;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen;

/// <summary>
/// <c>loadgen max</c>: the highest rate that a broker holds under a bound of latency. A closed loop says how much it
/// takes at all; then open loops at one rate after another halve what is left between held and not held.
/// </summary>
internal sealed class MaxCommand
{
    /// <summary>Less of its rate than this and a run was another one than was asked for.</summary>
    private const double RateHeld = 0.98;

    private readonly RunOptions run = new();
    private readonly ProduceOptions produce = new();
    private readonly RunConsole console = new();

    private readonly Option<string> bound = new("--latency-bound")
    {
        Description = "Most latency, as in 20ms, from when a record was due.",
        DefaultValueFactory = _ => "50ms",
    };

    private readonly Option<string> percentile = new("--percentile")
    {
        Description = "Of which percentile: 50, 95, 99, 99.9 or 99.99.",
        DefaultValueFactory = _ => "99",
    };

    private readonly Option<double> precision = new("--precision")
    {
        Description = "Ends where held and not held are no further apart, as part of the rate.",
        DefaultValueFactory = _ => 0.05,
    };

    private readonly Option<bool> endToEnd = new("--e2e")
    {
        Description = "Bound the latency up to a consumer, not that of the acknowledgement.",
    };

    public static Command Create()
    {
        MaxCommand own = new();
        Command command = new(
            "max",
            "Search for the highest rate under a bound of latency. --duration is that of each try; the result is\n"
            + "that of the best one.\n\n"
            + "Examples:\n"
            + "  loadgen max --latency-bound 20ms --duration 10s --record-size 1024 --partitions 6\n"
            + "  loadgen max --latency-bound 5ms --percentile 99.9 --e2e")
        {
            own.bound,
            own.percentile,
            own.precision,
            own.endToEnd,
        };
        own.run.AddTo(command);
        own.produce.AddTo(command);
        own.console.AddTo(command);
        command.SetAction(parsed => (int)own.console.RunSearch(parsed, () => own.Search(parsed)));
        return command;
    }

    private (RunResult Result, ErrorTally Tally) Search(ParseResult parsed)
    {
        double boundMs = (OptionText.Seconds(parsed.GetValue(bound)!)
            ?? throw RunOptions.Wrong("--latency-bound", "takes a time, as in 20ms")) * 1000;
        double least = parsed.GetValue(precision) is > 0 and < 1 and var part
            ? part
            : throw RunOptions.Wrong("--precision", "is between 0 and 1");
        Func<RunResult, double> latency = LatencyOf(parsed.GetValue(percentile)!, parsed.GetValue(endToEnd));
        RunPlan plan = ReadPlan(parsed);
        TextWriter output = parsed.InvocationConfiguration.Output;

        (RunResult Result, ErrorTally Tally) best = Try(parsed, plan, RateProfile.Unlimited);
        double high = best.Result.AggregatedPublishRate * 1.1;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"at most {best.Result.AggregatedPublishRate:0} records/s in a closed loop"));
        double low = 0;
        double rate = high / 2;
        while (high > 1 && (high - low) / high > least && !console.IsInterrupted)
        {
            (RunResult Result, ErrorTally Tally) tried = Try(parsed, plan, RateProfile.Constant(rate));
            bool isRateHeld = tried.Result.Totals.RecordsAcked >= rate * plan.DurationSeconds * RateHeld;
            bool isHeld = isRateHeld && latency(tried.Result) <= boundMs && tried.Result.Totals.RecordsFailed == 0;
            string verdict = Verdict(isHeld, isRateHeld, tried.Result);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{rate,12:0} records/s: {latency(tried.Result):0.000} ms, {verdict}"));
            best = isHeld ? tried : best;
            (low, high) = isHeld ? (rate, high) : (low, rate);
            rate = (low + high) / 2;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"highest    {low:0} records/s with p{parsed.GetValue(percentile)} within {boundMs:0.###} ms"));
        return best;
    }

    private static string Verdict(bool isHeld, bool isRateHeld, RunResult result) => (isHeld, isRateHeld) switch
    {
        (true, _) => "held",
        (false, _) when result.Loadgen.IsBottleneck => $"not held, by loadgen itself: {result.Loadgen.Reasons[0]}",
        (false, false) => "not held: the rate was not reached",
        _ => "not held",
    };

    private RunPlan ReadPlan(ParseResult parsed)
    {
        bool readsToo = parsed.GetValue(endToEnd);
        ProduceSpec spec = WorkloadCommands.CheckStamps(produce.Read(parsed, new ProduceSpec()), readsToo);
        RunPlan plan = run.Read(parsed, new RunPlan { Name = "max" });
        return plan with
        {
            Produce = spec,
            Consume = readsToo ? new ConsumeSpec { ReadsStamps = true } : null,
            Threads = WorkloadCommands.ThreadsOr(plan, readsToo ? 2 : 1),
        };
    }

    private (RunResult Result, ErrorTally Tally) Try(ParseResult parsed, RunPlan plan, RateProfile rate)
    {
        RunPlan tried = plan with { Produce = plan.Produce! with { Rate = rate } };
        RunResult result = console.Execute(parsed, tried, out ErrorTally tally);
        return (result, tally);
    }

    private static Func<RunResult, double> LatencyOf(string percentile, bool isEndToEnd) =>
        (percentile, isEndToEnd) switch
    {
        ("50", false) => result => result.AggregatedPublishLatency50pct,
        ("95", false) => result => result.AggregatedPublishLatency95pct,
        ("99", false) => result => result.AggregatedPublishLatency99pct,
        ("99.9", false) => result => result.AggregatedPublishLatency999pct,
        ("99.99", false) => result => result.AggregatedPublishLatency9999pct,
        ("50", true) => result => result.AggregatedEndToEndLatency50pct,
        ("95", true) => result => result.AggregatedEndToEndLatency95pct,
        ("99", true) => result => result.AggregatedEndToEndLatency99pct,
        ("99.9", true) => result => result.AggregatedEndToEndLatency999pct,
        ("99.99", true) => result => result.AggregatedEndToEndLatency9999pct,
        _ => throw RunOptions.Wrong("--percentile", "takes 50, 95, 99, 99.9 or 99.99"),
    };
}
