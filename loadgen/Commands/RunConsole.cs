using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Millrace.Loadgen.Measurement;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen;

/// <summary>
/// Runs a plan for a person or a script: progress while it lasts, a summary at its end, the exit code, and a clean end
/// with results on SIGINT and SIGTERM.
/// </summary>
internal sealed class RunConsole
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private readonly Option<string?> json = new("--json")
    {
        Description = "Write the whole result to this file.",
        HelpName = "file",
    };

    private readonly Option<string?> folder = new("--report")
    {
        Description = "Write result, page and summary into this folder.",
        HelpName = "folder",
    };

    private readonly Option<bool> quiet = new("--quiet", "-q")
    {
        Description = "No progress.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(json);
        command.Options.Add(folder);
        command.Options.Add(quiet);
    }

    /// <summary>Whether a signal ended a run: a search begins no other.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>Runs what a subcommand reads from its options, and says what is wrong where it cannot.</summary>
    public ExitCode Run(ParseResult parsed, Func<RunPlan> read) => RunSearch(parsed, () =>
    {
        RunResult result = Execute(parsed, read(), out ErrorTally tally);
        return (result, tally);
    });

    /// <summary>The same for a subcommand that makes several runs and answers one of them.</summary>
    public ExitCode RunSearch(ParseResult parsed, Func<(RunResult Result, ErrorTally Tally)> search)
    {
        TextWriter errors = parsed.InvocationConfiguration.Error;
        try
        {
            (RunResult result, ErrorTally tally) = search();
            ExitCode code = Say(result, tally, parsed.InvocationConfiguration.Output);
            if (parsed.GetValue(json) is { } path)
            {
                ResultFile.Write(result, path);
            }

            if (parsed.GetValue(folder) is { } target)
            {
                ReportFolder.Write(result, target);
            }

            return code;
        }
        catch (FormatException wrong)
        {
            errors.WriteLine(wrong.Message);
            return ExitCode.Usage;
        }
        catch (BadFileException bad)
        {
            errors.WriteLine(bad.Message);
            return ExitCode.BadFile;
        }
        catch (Exception failure) when (failure is BrokerRefusedException or IOException)
        {
            errors.WriteLine(failure.Message);
            return ExitCode.BrokerFailed;
        }
    }

    /// <summary>Runs a plan with progress on the standard error.</summary>
    public RunResult Execute(ParseResult parsed, RunPlan plan, out ErrorTally tally)
    {
        ProgressLine progress = parsed.GetValue(quiet)
            ? ProgressLine.Silent
            : new ProgressLine(parsed.InvocationConfiguration.Error, !Console.IsErrorRedirected);
        using WorkloadRun run = new(plan, progress);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        RunResult result = run.Execute();
        progress.End();
        tally = run.Errors;
        return result;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            IsInterrupted = true;
            run.Interrupt();
        }
    }

    private static ExitCode Say(RunResult result, ErrorTally tally, TextWriter output)
    {
        foreach (string line in Summary(result, tally))
        {
            output.WriteLine(line);
        }

        if (result.Verify is { IsClean: false })
        {
            return ExitCode.VerifyFailed;
        }

        bool isNothingDone = result.Totals is { RecordsAcked: 0, RecordsConsumed: 0, Operations: 0 };
        if (result.Totals.RecordsFailed > 0 || (isNothingDone && tally.Total > 0))
        {
            return ExitCode.RequestsFailed;
        }

        return result.Loadgen.IsBottleneck ? ExitCode.GeneratorLimited : ExitCode.Success;
    }

    private static IEnumerable<string> Summary(RunResult result, ErrorTally tally)
    {
        RunTotals totals = result.Totals;
        if (totals.RecordsAcked > 0)
        {
            yield return string.Create(
                Invariant, $"produced   {totals.RecordsAcked} records, {result.AggregatedPublishRate:0} records/s, "
                + $"{totals.BytesAcked / totals.Seconds / 1e6:0.00} MB/s, {totals.ProduceRequests} requests");
        }

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

        if (totals.RecordsConsumed > 0)
        {
            yield return string.Create(
                Invariant, $"consumed   {totals.RecordsConsumed} records, {result.AggregatedConsumeRate:0} records/s, "
                + $"{totals.BytesConsumed / totals.Seconds / 1e6:0.00} MB/s, {totals.Fetches} fetches");
        }

        if (result.AggregatedEndToEndLatencyMax > 0)
        {
            yield return string.Create(Invariant, $"end-to-end p50 {result.AggregatedEndToEndLatency50pct:0.000}, "
                + $"p99 {result.AggregatedEndToEndLatency99pct:0.000}, "
                + $"p99.9 {result.AggregatedEndToEndLatency999pct:0.000}, "
                + $"max {result.AggregatedEndToEndLatencyMax:0.000} ms");
        }

        if (totals.Operations > 0)
        {
            yield return string.Create(
                Invariant, $"operations {totals.Operations}, {totals.Operations / totals.Seconds:0} a second");
        }

        if (totals.RecordsFailed > 0 || totals.Retries > 0)
        {
            yield return string.Create(
                Invariant, $"trouble    {totals.RecordsFailed} records failed, {totals.Retries} batches sent again");
        }

        foreach ((string kind, long count) in tally.Counts)
        {
            yield return string.Create(Invariant, $"error      {count} x {kind}");
        }

        if (result.Server is { } server)
        {
            yield return string.Create(Invariant, $"broker     {server.CpuSeconds:0.00} CPU s, "
                + $"{server.CpuSecondsPerGb:0.000} s/GB, {server.RequestsPerCoreSecond:0} requests per core second, "
                + $"{server.ResidentBytesPeak / 1048576.0:0.0} MiB resident");
        }

        if (result.Verify is { } verify)
        {
            yield return string.Create(
                Invariant, $"verified   {verify.Checked} records: {verify.Lost} lost, {verify.Duplicated} duplicated, "
                + $"{verify.OutOfOrder} out of order, {verify.Corrupt} corrupt");
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
