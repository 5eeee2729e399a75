namespace Millrace.Loadgen.Report;

/// <summary>A comparison as a part of a page.</summary>
internal static class ComparisonSection
{
    private const int Plain = 5;
    private const int Good = 6;
    private const int Bad = 7;

    public static void AddTo(HtmlPage page, Comparison comparison)
    {
        page.Heading("Against the earlier run");
        page.Note(comparison.Outcome == ExitCode.Success, Sentence(comparison));
        page.Chart(BandChart.Draw("Ratios to the earlier run, with the band that noise explains", Rows(comparison)));
        page.Table(
            ["figure", "before", "after", "ratio", "noise", "verdict"],
            comparison.Figures.Select(figure => ((string Cell, string Kind)[])
            [
                (figure.Gate.Name + (figure.IsGate ? "" : " (no gate)"), ""),
                (figure.Gate.Text(figure.Before), ""),
                (figure.Gate.Text(figure.After), ""),
                (Figures.Factor(figure.Ratio), ""),
                ($"±{Figures.Percent(figure.Band)}", ""),
                (Word(figure.Verdict), figure.Verdict == Verdict.Same ? "" : Word(figure.Verdict)),
            ]));
        if (comparison.Remarks.Count > 0)
        {
            page.Paragraph("The runs differ in: " + string.Join("; ", comparison.Remarks) + ".");
        }
    }

    /// <summary>What came of it, in one sentence.</summary>
    public static string Sentence(Comparison comparison)
    {
        if (comparison.Limits.Count > 0)
        {
            return $"Nothing can be concluded: {string.Join("; ", comparison.Limits)}.";
        }

        string[] complaints =
        [
            .. comparison.Faults,
            .. comparison.Regressions.Select(figure =>
                $"{figure.Gate.Name} {figure.Gate.Text(figure.After)} instead of {figure.Gate.Text(figure.Before)}"),
        ];
        return complaints.Length == 0
            ? "No figure is worse than noise explains."
            : $"Regression: {string.Join("; ", complaints)}.";
    }

    /// <summary>The verdict as a word, which is also the style of its cell.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Better => "better",
        Verdict.Worse => "worse",
        _ => "same",
    };

    private static List<BandRow> Rows(Comparison comparison) =>
        comparison.Figures
            .Select(figure => new BandRow(
                figure.Gate.Name,
                figure.Ratio,
                figure.Band,
                figure.Verdict switch { Verdict.Better => Good, Verdict.Worse => Bad, _ => Plain },
                $"{Figures.Factor(figure.Ratio)}, {figure.Gate.Text(figure.After)}"))
            .ToList();
}
