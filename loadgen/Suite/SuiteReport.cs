using System.Text;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Suite;

/// <summary>A side-by-side run as a page, as markdown and as pictures for other pages.</summary>
internal static class SuiteReport
{
    private const int OurColor = 1;
    private const int KafkaColor = 2;

    /// <summary>The table: goes into the README and into the summary of a CI job.</summary>
    public static string Markdown(SuiteSummary summary)
    {
        StringBuilder text = new();
        text.Append("| row | what | Millrace | Kafka | ratio | floor | distance | goal | |\n");
        text.Append("|---|---|---:|---:|---:|---:|---:|---:|---|\n");
        foreach (SummaryRow row in summary.Rows.Where(IsMeasured))
        {
            text.Append($"| {row.Id} | {row.Name} | {Cell(row, row.Ours, row.Spread)} ")
                .Append($"| {Cell(row, row.Kafka, row.KafkaSpread)} | {Factor(row.Ratio)} ")
                .Append($"| {Cell(row, row.Floor, 0)} | {Factor(row.Distance)} | {row.Goal ?? ""} | {Mark(row)} |\n");
        }

        text.Append($"\nMedians of {summary.Rounds} rounds, ± half of what the rounds span; {summary.Kind} run, ")
            .Append($"{summary.Time}. {summary.Environment.Cpu}, {summary.Environment.Cores} cores, ")
            .Append($"Linux {summary.Environment.Kernel}, {summary.Environment.Disk}.\n");
        foreach ((string name, string description) in summary.Brokers)
        {
            text.Append($"- {name}: {description}\n");
        }

        foreach (string fault in summary.Faults)
        {
            text.Append($"- **{MarkdownSummary.Cell(fault)}**\n");
        }

        return text.ToString();
    }

    /// <summary>The page.</summary>
    public static string Html(SuiteSummary summary)
    {
        HtmlPage page = new(
            "Millrace beside Apache Kafka",
            $"{summary.Time}, {summary.Kind} run of {summary.Rounds} rounds, {summary.Environment.Cpu} "
            + $"({summary.Environment.Cores} cores), Linux {summary.Environment.Kernel}");
        SummaryRow[] measured = summary.Rows.Where(IsMeasured).ToArray();
        page.Tiles(measured
            .Where(row => row.Ratio is not null && row.Goal is not null)
            .Select(row => (Figures.Factor(row.Ratio!.Value), $"of Kafka: {row.Id}")));
        foreach (string fault in summary.Faults)
        {
            page.Note(false, fault);
        }

        page.Heading("All rows");
        page.Table(
            ["row", "what", "Millrace", "Kafka", "ratio", "floor", "distance", "goal"],
            measured.Select(row => ((string Cell, string Kind)[])
            [
                (row.Id, ""),
                (row.Name, ""),
                (Cell(row, row.Ours, row.Spread), ""),
                (Cell(row, row.Kafka, row.KafkaSpread), ""),
                (Factor(row.Ratio), ""),
                (Cell(row, row.Floor, 0), ""),
                (Factor(row.Distance), ""),
                (row.Goal ?? "", row.GoalMet switch { true => "met", false => "missed", null => "" }),
            ]));
        AddPictures(page, measured);
        page.Heading("How it was measured");
        page.Paragraph(
            "Medians of all rounds; ± is half of what the rounds span. In each round every broker is started anew, on "
            + "the same disk and with the same load, in alternating order. The floor is what this machine takes to "
            + "receive, check and write (P1), to send (P2) or to sync (P5) the same bytes without any broker.");
        page.Facts(
        [
            .. summary.Brokers.Select(pair => (pair.Key, pair.Value)),
            ("disk", summary.Environment.Disk),
            ("durability", summary.Environment.Durability),
            ("loadgen", $"{summary.Environment.Loadgen}, {summary.Environment.Runtime}"),
        ]);
        return page.ToString();
    }

    private static void AddPictures(HtmlPage page, IReadOnlyList<SummaryRow> rows)
    {
        (string Heading, string[] Ids)[] pictures =
        [
            ("Broker CPU for each GB", ["P1", "P1-gzip", "P1-snappy", "P1-lz4", "P1-zstd", "P2"]),
            ("End-to-end latency at half of Kafka's highest rate", ["P4-p50", "P4-p99", "P4-p999", "P4-max"]),
            ("Requests for each core second", ["P3"]),
            ("Synced before acknowledged", ["P5"]),
            ("Resident memory", ["P7-idle", "P7-loaded"]),
            ("Start to first acknowledged record", ["P8"]),
        ];
        foreach ((string heading, string[] ids) in pictures)
        {
            if (Picture(heading, rows.Where(row => ids.Contains(row.Id)).ToList()) is { } svg)
            {
                page.Heading(heading);
                page.Chart(svg);
            }
        }
    }

    /// <summary>Bars of rows of one unit, ours and Kafka's; null where none was measured.</summary>
    public static string? Picture(string title, IReadOnlyList<SummaryRow> rows)
    {
        List<Bar> bars = [];
        foreach (SummaryRow row in rows)
        {
            AddBar(bars, row, "Millrace", row.Ours, row.OurRounds, OurColor);
            AddBar(bars, row, "Kafka", row.Kafka, row.KafkaRounds, KafkaColor);
        }

        return bars.Count == 0 ? null : BarChart.Draw(title, bars, SuiteRow.Of(rows[0].Id).Text);
    }

    private static void AddBar(
        List<Bar> bars, SummaryRow row, string broker, double? value, IReadOnlyList<double> rounds, int color)
    {
        if (value is { } there)
        {
            bars.Add(new Bar($"{row.Id} {broker}", there, color, rounds.Min(), rounds.Max(), row.Floor ?? 0));
        }
    }

    private static bool IsMeasured(SummaryRow row) => row.Ours is not null || row.Kafka is not null;

    private static string Cell(SummaryRow row, double? value, double spread)
    {
        if (value is not { } there)
        {
            return "";
        }

        string noise = spread > 0 ? $" ±{Figures.Percent(spread / 2)}" : "";
        return $"{SuiteRow.Of(row.Id).Text(there)}{noise}";
    }

    private static string Factor(double? value) => value is { } there ? Figures.Factor(there) : "";

    private static string Mark(SummaryRow row) => row.GoalMet switch { true => "met", false => "missed", null => "" };
}
