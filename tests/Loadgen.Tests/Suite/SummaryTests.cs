using System.Text.Json;
using System.Xml.Linq;
using Millrace.Loadgen.Report;
using Millrace.Loadgen.Suite;
using Millrace.Loadgen.Tests.Report;

namespace Millrace.Loadgen.Tests.Suite;

public sealed class SummaryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("millrace-summary-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_row_has_the_fields_that_readers_of_the_summary_expect()
    {
        using JsonDocument document = JsonDocument.Parse(Summary().ToJson());
        Assert.Equal("millrace-report/1", document.RootElement.GetProperty("schema").GetString());
        string[] fields =
        [
            "id", "name", "unit", "higherIsBetter", "ours", "kafka", "ratio", "floor", "distance", "goal", "goalMet",
            "ourRounds", "kafkaRounds", "spread", "kafkaSpread",
        ];
        JsonElement rows = document.RootElement.GetProperty("rows");
        Assert.Equal(SuiteRow.All.Count, rows.GetArrayLength());
        foreach (JsonElement row in rows.EnumerateArray())
        {
            Assert.All(fields, field => Assert.True(row.TryGetProperty(field, out _), field));
        }
    }

    [Fact]
    public void Figures_are_medians_with_the_spread_of_the_rounds()
    {
        SummaryRow row = Row("P1");
        Assert.Equal(0.30, row.Ours);
        Assert.Equal(1.6, row.Kafka);
        Assert.Equal(0.30 / 1.6, row.Ratio!.Value, 9);
        Assert.Equal((0.36 - 0.28) / 0.30, row.Spread, 9);
        Assert.Equal([0.30, 0.36, 0.28], row.OurRounds);
    }

    [Fact]
    public void A_costs_distance_is_how_many_times_the_floor_it_is()
    {
        Assert.Equal(1.5, Row("P1").Distance!.Value, 9);
        Assert.Equal(1.5, Row("P9-produce").Ours!.Value, 9);
        Assert.Equal(8, Row("P9-produce").Kafka!.Value, 9);
    }

    [Fact]
    public void A_rates_distance_is_how_many_times_it_the_floor_is()
    {
        Assert.Equal(2, Row("P5").Distance!.Value, 9);
        Assert.Equal(2, Row("P9-durable").Ours!.Value, 9);
    }

    [Theory]
    [InlineData("P1", true)]
    [InlineData("P3", false)]
    [InlineData("P8", true)]
    [InlineData("P9-durable", false)]
    public void A_goal_is_held_against_the_ratio_or_against_our_own_figure(string id, bool isMet) =>
        Assert.Equal(isMet, Row(id).GoalMet);

    [Fact]
    public void What_was_not_measured_is_null_and_meets_no_goal()
    {
        SummaryRow row = Row("T1");
        Assert.Null(row.Ours);
        Assert.Null(row.Ratio);
        Assert.Null(row.GoalMet);
        Assert.Null(Row("P2").Kafka);
        Assert.Null(Row("P2").GoalMet);
    }

    [Fact]
    public void A_summary_is_read_back_as_it_was_written()
    {
        string path = Path.Combine(folder, "summary.json");
        File.WriteAllText(path, Summary().ToJson());
        Assert.Equal(Summary().ToJson(), SuiteSummary.Read(path).ToJson());
        File.WriteAllText(path, "{\"schema\":\"other\"}");
        Assert.Contains("summary.json", Assert.Throws<FormatException>(() => SuiteSummary.Read(path)).Message);
    }

    [Fact]
    public void The_page_stands_alone_and_has_every_measured_row()
    {
        XDocument page = PageChecks.Parse(SuiteReport.Html(Summary()));
        Assert.NotEmpty(PageChecks.Charts(page));
        int measured = Summary().Rows.Count(row => row.Ours is not null || row.Kafka is not null);
        Assert.Equal(measured, page.Descendants("tbody").First().Elements("tr").Count());
        Assert.Contains("a fault with <marks>", page.Root!.Value);
    }

    [Fact]
    public void The_markdown_table_has_every_measured_row_with_ratio_and_goal()
    {
        string[] lines = SuiteReport.Markdown(Summary()).Split('\n');
        string line = lines.Single(text => text.StartsWith("| P1 |"));
        Assert.Contains("0.300 s/GB ±13 %", line);
        Assert.EndsWith("| 0.187x | 0.200 s/GB | 1.50x | ≤ 0.25x | met |", line);
        Assert.DoesNotContain(lines, text => text.StartsWith("| T1"));
        Assert.Contains(lines, text => text.Contains("a fault with &lt;marks>"));
    }

    [Fact]
    public void Pictures_for_other_pages_parse_and_carry_their_colours()
    {
        SuitePictures.Write(Summary(), folder);
        XElement picture = XElement.Load(Path.Combine(folder, "cpu-per-gb.svg"));
        XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.Contains(".f1{fill:", picture.Element(svg + "style")!.Value);
        Assert.Equal(3, picture.Elements(svg + "rect").Count());
    }

    [Fact]
    public void A_page_gets_the_new_table_between_its_marks_and_nothing_else_changes()
    {
        string page = $"before\n{ReadmeTable.Begin}\nold\n{ReadmeTable.End}\nafter\n";
        string renewed = ReadmeTable.Renew(page, "new\n");
        Assert.Equal($"before\n{ReadmeTable.Begin}\nnew\n{ReadmeTable.End}\nafter\n", renewed);
        Assert.Equal(renewed, ReadmeTable.Renew(renewed, "new"));
        Assert.Throws<FormatException>(() => ReadmeTable.Renew("no marks", "new"));
    }

    [Fact]
    public void A_median_of_an_even_number_is_between_the_middle_two()
    {
        Assert.Equal(2.5, RowMeasures.Median([4.0, 1.0, 2.0, 3.0]));
        Assert.Null(RowMeasures.Median([]));
        Assert.Equal(0, RowMeasures.Spread([5.0]));
    }

    private static SummaryRow Row(string id) => Summary().Rows.Single(row => row.Id == id);

    internal static SuiteSummary Summary(double p1 = 0.30)
    {
        RowMeasures ours = new();
        RowMeasures kafka = new();
        foreach (double value in (double[])[p1, 0.36, 0.28])
        {
            ours.Add("P1", value);
        }

        kafka.Add("P1", 1.6);
        ours.Add("P2", 0.2);
        ours.Add("P3", 300_000);
        kafka.Add("P3", 80_000);
        ours.Add("P5", 200);
        kafka.Add("P5", 50);
        ours.Add("P8", 30);
        Dictionary<string, RowMeasures> measures = new() { ["Millrace"] = ours, ["Kafka"] = kafka };
        Dictionary<string, double> floors = new() { ["P1"] = 0.2, ["P5"] = 400 };
        return new SuiteSummary
        {
            Time = "2026-01-01T00:00:00Z",
            Kind = "quick",
            Rounds = 3,
            Environment = new RunEnvironment(),
            Brokers = new Dictionary<string, string> { ["Millrace"] = "its defaults" },
            Rows = SummaryRows.Of(measures, row => floors.TryGetValue(row, out double floor) ? floor : null),
            Faults = ["a fault with <marks>"],
        };
    }
}
