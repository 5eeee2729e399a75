using System.CommandLine;
using System.Runtime.InteropServices;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen;

/// <summary>
/// Runs a plan for a person or a script: progress while it lasts, a summary at its end, the exit code, and a clean end
/// with results on SIGINT and SIGTERM.
/// </summary>
internal sealed class RunConsole
{
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
            // A second one ends the program: the broker may never answer what is waited for.
            context.Cancel = !IsInterrupted;
            IsInterrupted = true;
            run.Interrupt();
        }
    }

    private static ExitCode Say(RunResult result, ErrorTally tally, TextWriter output)
    {
        foreach (string line in ResultLines.Of(result, tally))
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
}
