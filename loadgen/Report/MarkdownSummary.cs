using System.Text;

namespace Millrace.Loadgen.Report;

/// <summary>Runs and comparisons as markdown, for the summary of a CI job.</summary>
internal static class MarkdownSummary
{
    /// <summary>One run.</summary>
    public static string Of(RunResult result)
    {
        StringBuilder text = new();
        text.Append($"### {Cell(result.Workload)} · {Cell(result.Driver)}\n\n");
        foreach (string reason in result.Loadgen.Reasons)
        {
            text.Append($"**loadgen itself was the bottleneck:** {reason}.\n\n");
        }

        text.Append("| figure | value |\n|---|---:|\n");
        foreach (Gate gate in Gate.All.Where(gate => gate.Of(result) > 0))
        {
            text.Append($"| {gate.Name} | {gate.Text(gate.Of(result))} |\n");
        }

        if (result.Totals.RecordsFailed > 0)
        {
            text.Append($"| records failed | {result.Totals.RecordsFailed} |\n");
        }

        if (result.Verify is { } verify)
        {
            text.Append($"| records checked | {verify.Checked} |\n")
                .Append($"| lost, doubled, out of order, corrupt | {verify.Lost}, {verify.Duplicated}, ")
                .Append($"{verify.OutOfOrder}, {verify.Corrupt} |\n");
        }

        text.Append($"\n{Cell(result.Environment.Cpu)}, {result.Environment.Cores} cores, Linux ")
            .Append($"{result.Environment.Kernel}; {Cell(result.Environment.Disk)}; ")
            .Append($"{Cell(result.Environment.Durability)}\n");
        return text.ToString();
    }

    /// <summary>Two runs.</summary>
    public static string Of(Comparison comparison)
    {
        StringBuilder text = new();
        string mark = comparison.Outcome == ExitCode.Success ? "passed" : "**failed**";
        text.Append($"### {Cell(comparison.After.Workload)}: comparison {mark}\n\n");
        text.Append($"{Cell(ComparisonSection.Sentence(comparison))}\n\n");
        text.Append("| figure | before | after | ratio | noise | verdict |\n|---|---:|---:|---:|---:|---|\n");
        foreach (ComparedFigure figure in comparison.Figures)
        {
            string verdict = ComparisonSection.Word(figure.Verdict);
            text.Append($"| {figure.Gate.Name} | {figure.Gate.Text(figure.Before)} ")
                .Append($"| {figure.Gate.Text(figure.After)} | {Figures.Factor(figure.Ratio)} ")
                .Append($"| ±{Figures.Percent(figure.Band)} ")
                .Append($"| {(figure.IsRegression ? $"**{verdict}**" : verdict)} |\n");
        }

        foreach (string remark in comparison.Remarks)
        {
            text.Append($"\n- differs: {Cell(remark)}");
        }

        return text.Append('\n').ToString();
    }

    /// <summary>A text that cannot end a table's cell or begin markup of its own.</summary>
    public static string Cell(string text) =>
        text.ReplaceLineEndings(" ").Replace("|", "\\|").Replace("<", "&lt;");
}
