using System.CommandLine;

namespace Millrace.Loadgen.Report;

/// <summary><c>loadgen report</c>: makes page and summary of results anew, on any machine.</summary>
internal sealed class ReportCommand
{
    private readonly Argument<string> results = new("results") { Description = "results.json of a run." };

    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "The folder to write to.",
        DefaultValueFactory = _ => ".",
    };

    public static Command Create()
    {
        ReportCommand report = new();
        Command command = new("report", "Write a run's report.html and summary.md from its results.json.")
        {
            report.results,
            report.output,
        };
        command.SetAction(parsed => (int)report.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        try
        {
            string folder = parsed.GetRequiredValue(output);
            ReportFolder.Write(ResultFile.Read(parsed.GetRequiredValue(results)), folder);
            parsed.InvocationConfiguration.Output.WriteLine(Path.Combine(folder, ReportFolder.HtmlName));
            return ExitCode.Success;
        }
        catch (Exception unreadable) when (
            unreadable is IOException or UnauthorizedAccessException or FormatException)
        {
            parsed.InvocationConfiguration.Error.WriteLine(unreadable.Message);
            return ExitCode.BadFile;
        }
    }
}
