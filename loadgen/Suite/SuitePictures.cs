using System.Text;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Suite;

/// <summary>
/// Pictures that stand in files of their own, for a README: SVG with its colours inside, light or dark.
/// </summary>
internal static class SuitePictures
{
    private const string Style = """
        <style>
        text{font:12.5px system-ui,-apple-system,"Segoe UI",sans-serif}.mark{fill:#5d6878}.legend{fill:#1c2330}
        .f1{fill:#1f6feb}.f2{fill:#d9660b}.floor{stroke:#1c2330;stroke-width:2.5}
        .whisker{stroke:#1c2330;stroke-width:1.5;opacity:.55}
        @media(prefers-color-scheme:dark){.mark{fill:#98a4b3}.legend{fill:#e6eaf0}.f1{fill:#6cb0ff}.f2{fill:#ff9a52}
        .floor,.whisker{stroke:#e6eaf0}}
        </style>
        """;

    private static readonly (string File, string Title, string[] Ids)[] Pictures =
    [
        ("cpu-per-gb.svg", "Broker CPU seconds for each GB; the mark is the floor", ["P1", "P1-lz4", "P1-zstd", "P2"]),
        ("latency.svg", "End-to-end latency at half of Kafka's highest rate", ["P4-p50", "P4-p99", "P4-p999"]),
        ("memory.svg", "Resident memory", ["P7-idle", "P7-loaded"]),
    ];

    /// <summary>Writes those whose rows were measured.</summary>
    public static void Write(SuiteSummary summary, string folder)
    {
        foreach ((string file, string title, string[] ids) in Pictures)
        {
            List<SummaryRow> rows = summary.Rows.Where(row => ids.Contains(row.Id)).ToList();
            if (SuiteReport.Picture(title, rows) is { } svg)
            {
                int afterTag = svg.IndexOf(">\n", StringComparison.Ordinal) + 2;
                StringBuilder text = new(svg);
                text.Insert(afterTag, Style + "\n");
                File.WriteAllText(Path.Combine(folder, file), text.ToString());
            }
        }
    }
}
