using System.Xml.Linq;
using Millrace.Loadgen.Measurement;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Tests.Report;

public sealed class HtmlReportTests
{
    [Fact]
    public void A_page_stands_alone_and_parses()
    {
        XDocument page = PageChecks.Parse(HtmlReport.Render(Results.Run(), floors: [("produce", 0.1)]));
        Assert.Equal(4, PageChecks.Charts(page).Count);
        Assert.Equal("P1 & more · Millrace", page.Descendants("h1").Single().Value);
        Assert.Contains("<zipf>", page.Root!.Value);
    }

    [Fact]
    public void Every_interval_is_a_point_of_the_throughput()
    {
        XDocument page = PageChecks.Parse(HtmlReport.Render(Results.Run()));
        XElement first = PageChecks.Charts(page)[0];
        XElement line = first.Descendants().First(shape => shape.Name.LocalName == "polyline");
        Assert.Equal(20, line.Attribute("points")!.Value.Trim().Split(' ').Length);
    }

    [Fact]
    public void A_page_with_a_comparison_shows_the_noise_band_of_each_figure()
    {
        Comparison comparison = Comparison.Of(Results.Run(), Results.Run(latencyMs: 3, seed: 2), noise: 0.1);
        XDocument page = PageChecks.Parse(HtmlReport.Render(comparison.After, comparison));
        XElement bands = PageChecks.Charts(page)[0];
        int shown = bands.Descendants().Count(shape => shape.Attribute("class")?.Value == "band");
        Assert.Equal(comparison.Figures.Count, shown);
        Assert.Contains("Regression: publish p50", page.Root!.Value);
    }

    [Fact]
    public void A_run_that_measured_the_load_generator_says_so_on_top()
    {
        RunResult result = Results.Run(busiestWorker: 0.99);
        Assert.True(result.Loadgen.IsBottleneck);
        string page = HtmlReport.Render(result);
        PageChecks.Parse(page);
        Assert.Contains("loadgen itself was the bottleneck", page);
        Assert.Contains("loadgen itself was the bottleneck", MarkdownSummary.Of(result));
    }

    [Fact]
    public void Lost_records_are_said_on_top()
    {
        RunResult result = Results.Run(verify: new VerifyOutcome { Checked = 100, Lost = 3 });
        Assert.Contains("3 were lost", HtmlReport.Render(result));
        Assert.Contains("| lost, doubled, out of order, corrupt | 3, 0, 0, 0 |", MarkdownSummary.Of(result));
    }

    [Fact]
    public void A_run_that_did_nothing_makes_a_page_nevertheless()
    {
        Millrace.Base.ManualClock clock = new();
        RunMeter meter = new([new WorkerMeter()], server: null, clock);
        meter.BeginMeasuring();
        RunSettings settings = new() { Workload = "nothing", Driver = "nobody" };
        RunResult result = RunResult.From(settings, meter.Finish(), new RunEnvironment());
        PageChecks.Charts(PageChecks.Parse(HtmlReport.Render(result)));
        Assert.StartsWith("### nothing", MarkdownSummary.Of(result));
        Assert.Contains("\"totals\"", ResultFile.ToJson(result));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.01234, "0.0123")]
    [InlineData(1.234, "1.23")]
    [InlineData(12.34, "12.3")]
    [InlineData(123.4, "123")]
    [InlineData(1234567, "1\u202f234\u202f567")]
    public void A_number_has_three_digits_that_count(double value, string expected) =>
        Assert.Equal(expected, Figures.Short(value));

    [Theory]
    [InlineData(0.25, "250 µs")]
    [InlineData(25, "25.0 ms")]
    [InlineData(2500, "2.50 s")]
    public void A_latency_has_the_unit_of_its_size(double milliseconds, string expected) =>
        Assert.Equal(expected, Figures.Ms(milliseconds));

    [Fact]
    public void Percentiles_stand_at_even_distances_for_each_nine()
    {
        ChartAxis axis = ChartAxis.Percentiles(1_000_000);
        Assert.Equal(0, axis.Place(0));
        Assert.Equal(1, axis.Place(100));
        Assert.Equal(axis.Place(99) - axis.Place(90), axis.Place(99.9) - axis.Place(99), 6);
    }

    [Fact]
    public void A_logarithmic_axis_runs_between_powers_of_ten()
    {
        ChartAxis axis = ChartAxis.Log(0.3, 42, Figures.Ms);
        Assert.Equal(["100 µs", "1.00 ms", "10.0 ms", "100 ms"], axis.Marks.Select(mark => mark.Text));
        Assert.Equal(1 / 3.0, axis.Place(1), 6);
    }

    [Fact]
    public void An_axis_from_zero_ends_at_a_round_number_beyond_the_largest()
    {
        ChartAxis axis = ChartAxis.FromZero(47_000, Figures.Scaled);
        Assert.Equal("50.0 k", axis.Marks[^1].Text);
        Assert.Equal(0.94, axis.Place(47_000), 6);
    }
}
