using System.CommandLine;

namespace Millrace.Loadgen.Report;

/// <summary><c>loadgen compare</c>: two results beside each other, with gates.</summary>
internal sealed class CompareCommand
{
    private readonly Argument<string> before = new("before")
    {
        Description = "results.json of the run to hold against.",
    };

    private readonly Argument<string> after = new("after") { Description = "results.json of the run to judge." };

    private readonly Option<double> noise = new("--noise")
    {
        Description = "Per cent that every figure may differ by. What the runs themselves vary by counts too.",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<string?> gates = new("--gates")
    {
        Description = $"Figures that may fail it, with commas: {string.Join(", ", Gate.All.Select(gate => gate.Id))}.",
    };

    private readonly Option<string?> markdown = new("--markdown") { Description = "Write the table to this file." };

    private readonly Option<string?> html = new("--html") { Description = "Write the second run's page to this file." };

    private readonly Option<string?> junit = new("--junit") { Description = "Write the gates as tests to this file." };

    public static Command Create()
    {
        CompareCommand compare = new();
        Command command = new(
            "compare",
            "Compare two runs. Fails where a figure is worse than noise explains, where records were lost, and where "
            + "loadgen itself was the bottleneck of a run.")
        {
            compare.before, compare.after, compare.noise, compare.gates, compare.markdown, compare.html, compare.junit,
        };
        command.SetAction(parsed => (int)compare.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        TextWriter errors = parsed.InvocationConfiguration.Error;
        if (!TryReadGates(parsed.GetValue(gates), errors, out HashSet<string>? chosen))
        {
            return ExitCode.Usage;
        }

        Comparison comparison;
        try
        {
            comparison = Comparison.Of(
                ResultFile.Read(parsed.GetRequiredValue(before)),
                ResultFile.Read(parsed.GetRequiredValue(after)),
                parsed.GetValue(noise) / 100,
                chosen);
            Write(parsed.GetValue(markdown), MarkdownSummary.Of(comparison));
            Write(parsed.GetValue(html), HtmlReport.Render(comparison.After, comparison));
            Write(parsed.GetValue(junit), JUnitFile.Of(comparison));
        }
        catch (Exception unreadable) when (
            unreadable is IOException or UnauthorizedAccessException or FormatException)
        {
            errors.WriteLine(unreadable.Message);
            return ExitCode.BadFile;
        }

        parsed.InvocationConfiguration.Output.Write(MarkdownSummary.Of(comparison));
        return comparison.Outcome;
    }

    private static bool TryReadGates(string? list, TextWriter errors, out HashSet<string>? chosen)
    {
        chosen = list?.Split(',', StringSplitOptions.TrimEntries).ToHashSet();
        string[] unknown = chosen?.Except(Gate.All.Select(gate => gate.Id)).ToArray() ?? [];
        if (unknown.Length > 0)
        {
            errors.WriteLine($"There is no figure {string.Join(", ", unknown)}; see loadgen compare --help.");
        }

        return unknown.Length == 0;
    }

    private static void Write(string? path, string text)
    {
        if (path is not null)
        {
            File.WriteAllText(path, text);
        }
    }
}
