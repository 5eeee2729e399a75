using System.CommandLine;
using System.Diagnostics;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Suite;

/// <summary>
/// <c>loadgen suite</c>: the side-by-side run. It is part of loadgen, and no project of its own, so that it can be run
/// wherever the two binaries are, without an SDK, and so that every figure comes from the subcommands that users have.
/// </summary>
internal sealed class SuiteCommand
{
    private readonly Option<string> millrace = new("--millrace")
    {
        Description = "The program to measure.",
        DefaultValueFactory = _ => "artifacts/millrace",
    };

    private readonly Option<string?> kafka = new("--kafka")
    {
        Description = "Folder of an Apache Kafka distribution to measure beside it.",
    };

    private readonly Option<string[]> others = new("--other")
    {
        Description = "Another broker that runs already, as name=host:port or name=host:port,pid. May be given again.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> quick = new("--quick") { Description = "Two short rounds, for CI." };

    private readonly Option<int> rounds = new("--rounds") { Description = "Rounds, other than usual." };

    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "Where the report goes.",
        DefaultValueFactory = _ => "artifacts/report",
    };

    private readonly Option<string?> data = new("--data-folder")
    {
        Description = "The disk that brokers and floors write to; a folder beside the report otherwise.",
    };

    private readonly Option<int> port = new("--port")
    {
        Description = "Where brokers listen; Kafka's controller takes that plus 10000 or plus 1.",
        DefaultValueFactory = _ => 19192,
    };

    private readonly Option<bool> fill = new("--fill-memory")
    {
        Description = "Fill free memory with cache before each broker, where a host takes back free pages.",
    };

    private readonly Option<string?> baseline = new("--baseline")
    {
        Description = "Ratios that must not become worse; fails, with the row named, where one does.",
    };

    private readonly Option<string?> writeBaseline = new("--write-baseline")
    {
        Description = "Write this run's ratios to a file, as a baseline for later ones.",
    };

    private readonly Option<string?> readme = new("--readme")
    {
        Description = "Renew the table in this page, between its marks, and docs/pictures beside it.",
    };

    public static Command Create()
    {
        SuiteCommand suite = new();
        Command command = new(
            "suite",
            "Measure Millrace beside Apache Kafka, every shape in several rounds, and write a report.\n\n"
            + "Examples:\n"
            + "  loadgen suite --kafka /opt/kafka --quick\n"
            + "  loadgen suite --kafka /opt/kafka --baseline bench/baseline.json")
        {
            suite.millrace, suite.kafka, suite.others, suite.quick, suite.rounds, suite.output, suite.data, suite.port,
            suite.fill, suite.baseline, suite.writeBaseline, suite.readme,
        };
        command.SetAction(parsed => (int)suite.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        TextWriter errors = parsed.InvocationConfiguration.Error;
        try
        {
            RatioBaseline? held = parsed.GetValue(baseline) is { } path ? RatioBaseline.Read(path) : null;
            List<BrokerKind> kinds = Kinds(parsed, errors);
            string report = Path.GetFullPath(parsed.GetRequiredValue(output));
            string disk = Path.GetFullPath(parsed.GetValue(data) ?? Path.Combine(report, "data"));
            SuiteRun run = new(
                kinds, Length(parsed), report, disk, parsed.GetValue(port), parsed.GetValue(fill), errors);
            SuiteSummary summary = run.Execute();
            if (held is not null && held.Check(summary).Any(row => row.Failure is not null))
            {
                errors.WriteLine("A ratio is worse than the baseline allows: one round more.");
                summary = run.ExecuteOnceMore();
            }

            return Write(parsed, summary, report, held);
        }
        catch (Exception wrong) when (wrong is IOException or FormatException or UnauthorizedAccessException)
        {
            errors.WriteLine(wrong.Message);
            return ExitCode.BadFile;
        }
    }

    private SuiteLength Length(ParseResult parsed)
    {
        SuiteLength length = parsed.GetValue(quick) ? SuiteLength.Quick : SuiteLength.Full;
        return parsed.GetValue(rounds) > 0 ? length with { Rounds = parsed.GetValue(rounds) } : length;
    }

    private List<BrokerKind> Kinds(ParseResult parsed, TextWriter errors)
    {
        string program = Path.GetFullPath(parsed.GetRequiredValue(millrace));
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"There is no program {program}: publish it first.");
        }

        List<BrokerKind> kinds = [new MillraceBroker(program, VersionOf(program))];
        foreach (string other in parsed.GetValue(others) ?? [])
        {
            kinds.Add(RunningElsewhere.Parse(other));
        }

        if (KafkaBroker.Find(parsed.GetValue(kafka)) is { } found)
        {
            kinds.Add(found);
        }
        else
        {
            errors.WriteLine("There is no Apache Kafka here (--kafka names its folder): the report goes without it.");
        }

        return kinds;
    }

    private ExitCode Write(ParseResult parsed, SuiteSummary summary, string report, RatioBaseline? held)
    {
        string table = SuiteReport.Markdown(summary);
        File.WriteAllText(Path.Combine(report, "summary.json"), summary.ToJson());
        File.WriteAllText(Path.Combine(report, "report.html"), SuiteReport.Html(summary));
        File.WriteAllText(Path.Combine(report, "report.md"), table);
        SuitePictures.Write(summary, report);
        if (parsed.GetValue(writeBaseline) is { } path)
        {
            File.WriteAllText(path, RatioBaseline.From(summary, noise: 1).ToJson());
        }

        if (parsed.GetValue(readme) is { } page)
        {
            ReadmeTable.Write(summary, page);
        }

        TextWriter screen = parsed.InvocationConfiguration.Output;
        screen.Write(table);
        IReadOnlyList<JUnitCase> cases = held?.Check(summary) ?? [];
        File.WriteAllText(Path.Combine(report, "junit.xml"), JUnitFile.Render("bench/report.sh", 0, cases));
        foreach (JUnitCase failed in cases.Where(one => one.Failure is not null))
        {
            screen.WriteLine($"REGRESSION {failed.Name}: {failed.Failure}");
        }

        return cases.Any(one => one.Failure is not null) ? ExitCode.GateFailed : ExitCode.Success;
    }

    private static string VersionOf(string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, ["version"])
        {
            RedirectStandardOutput = true,
        })!;
        string text = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return text.ReplaceLineEndings(", ");
    }
}
