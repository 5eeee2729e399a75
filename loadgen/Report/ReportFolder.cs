namespace Millrace.Loadgen.Report;

/// <summary>The files of one run in one folder.</summary>
internal static class ReportFolder
{
    public const string ResultsName = "results.json";
    public const string HtmlName = "report.html";
    public const string MarkdownName = "summary.md";
    public const string LatencyLogName = "latency.hlog";

    /// <summary>Writes result, page and summary, and makes the folder where there is none.</summary>
    public static void Write(RunResult result, string folder)
    {
        Directory.CreateDirectory(folder);
        ResultFile.Write(result, Path.Combine(folder, ResultsName));
        File.WriteAllText(Path.Combine(folder, HtmlName), HtmlReport.Render(result));
        File.WriteAllText(Path.Combine(folder, MarkdownName), MarkdownSummary.Of(result));
    }
}
