using System.Xml.Linq;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Tests.Report;

public sealed class ComparisonTests
{
    [Fact]
    public void Two_equal_runs_pass()
    {
        Comparison comparison = Comparison.Of(Results.Run(seed: 1), Results.Run(seed: 2), noise: 0.1);
        Assert.Equal(ExitCode.Success, comparison.Outcome);
        Assert.Empty(comparison.Remarks);
        Assert.All(comparison.Figures, figure => Assert.Equal(Verdict.Same, figure.Verdict));
    }

    [Fact]
    public void A_slowed_broker_fails_by_its_latency()
    {
        Comparison comparison = Comparison.Of(Results.Run(), Results.Run(latencyMs: 1.5, seed: 2), noise: 0.1);
        Assert.Equal(ExitCode.GateFailed, comparison.Outcome);
        Assert.Contains("publish-p99", comparison.Regressions.Select(figure => figure.Gate.Id));
        Assert.DoesNotContain("publish-rate", comparison.Regressions.Select(figure => figure.Gate.Id));
    }

    [Fact]
    public void A_lower_rate_fails()
    {
        Comparison comparison = Comparison.Of(Results.Run(), Results.Run(recordsPerSecond: 40_000), noise: 0.1);
        Assert.Contains("publish-rate", comparison.Regressions.Select(figure => figure.Gate.Id));
    }

    [Fact]
    public void More_processor_time_for_each_gigabyte_fails()
    {
        Comparison comparison = Comparison.Of(Results.Run(), Results.Run(cpuSecondsPerGb: 0.5), noise: 0.1);
        string[] regressions = comparison.Regressions.Select(figure => figure.Gate.Id).ToArray();
        Assert.Equal(["cpu-per-gb", "requests-per-core-second"], regressions);
    }

    [Fact]
    public void A_faster_broker_passes_and_is_called_better()
    {
        Comparison comparison = Comparison.Of(Results.Run(), Results.Run(latencyMs: 0.3), noise: 0.1);
        Assert.Equal(ExitCode.Success, comparison.Outcome);
        Assert.Contains(comparison.Figures, figure => figure.Verdict == Verdict.Better);
    }

    [Fact]
    public void What_the_noise_allows_passes()
    {
        RunResult slower = Results.Run(latencyMs: 1.5, seed: 2);
        Assert.Equal(ExitCode.Success, Comparison.Of(Results.Run(), slower, noise: 0.6).Outcome);
    }

    [Fact]
    public void Only_the_named_gates_fail_it()
    {
        RunResult slower = Results.Run(latencyMs: 1.5, seed: 2);
        HashSet<string> gates = ["publish-rate"];
        Assert.Equal(ExitCode.Success, Comparison.Of(Results.Run(), slower, 0.1, gates).Outcome);
    }

    [Fact]
    public void The_band_is_as_wide_as_the_runs_vary_by_themselves()
    {
        RunResult even = Results.Run();
        List<double> wild = even.PublishRate.Select((rate, second) => second % 2 == 0 ? rate : rate * 0.7).ToList();
        RunResult uneven = even with { PublishRate = wild, AggregatedPublishRate = even.AggregatedPublishRate * 0.85 };
        ComparedFigure rate = Comparison.Of(even, uneven, noise: 0.1).Figures.Single(
            figure => figure.Gate.Id == "publish-rate");
        Assert.InRange(rate.Band, 0.25, 0.5);
        Assert.Equal(Verdict.Same, rate.Verdict);
    }

    [Theory]
    [InlineData(0.99, 0.3)]
    [InlineData(0.3, 0.99)]
    public void A_run_where_loadgen_was_the_bottleneck_fails_whichever_it_is(double first, double second)
    {
        Comparison comparison = Comparison.Of(
            Results.Run(busiestWorker: first), Results.Run(busiestWorker: second), noise: 0.1);
        Assert.Equal(ExitCode.GeneratorLimited, comparison.Outcome);
    }

    [Fact]
    public void Lost_records_and_failed_requests_fail_whatever_the_figures()
    {
        RunResult lost = Results.Run(verify: new VerifyOutcome { Checked = 9, Lost = 1 });
        Assert.Equal(ExitCode.GateFailed, Comparison.Of(Results.Run(), lost, noise: 0.1).Outcome);
        RunResult failing = Results.Run(failed: 5);
        Assert.Equal(ExitCode.GateFailed, Comparison.Of(Results.Run(), failing, noise: 0.1).Outcome);
    }

    [Fact]
    public void Differing_machines_and_settings_are_remarked()
    {
        RunResult here = Results.Run();
        RunResult there = here with
        {
            Environment = here.Environment with { Cpu = "another" },
            Settings = new Dictionary<string, string> { ["--acks"] = "all", ["--key"] = "<zipf>", ["json"] = "x" },
        };
        Assert.Equal(
            ["CPU: a <fast> one / another", "--acks: 1 / all"], Comparison.Of(here, there, noise: 0.1).Remarks);
    }

    [Fact]
    public void The_gates_are_tests_for_a_CI_system()
    {
        Comparison comparison = Comparison.Of(Results.Run(), Results.Run(latencyMs: 3), noise: 0.1);
        XElement suite = XElement.Parse(JUnitFile.Of(comparison));
        int failures = suite.Elements("testcase").Count(test => test.Element("failure") is not null);
        Assert.Equal("P1 & more", suite.Attribute("name")!.Value);
        Assert.Equal($"{failures}", suite.Attribute("failures")!.Value);
        Assert.Equal($"{suite.Elements("testcase").Count()}", suite.Attribute("tests")!.Value);
        Assert.Equal(comparison.Regressions.Count(), failures);
        Assert.True(failures > 0);
    }

    [Fact]
    public void The_markdown_has_a_row_for_each_figure_and_marks_regressions()
    {
        Comparison comparison = Comparison.Of(Results.Run(), Results.Run(latencyMs: 3), noise: 0.1);
        string[] lines = MarkdownSummary.Of(comparison).Split('\n');
        Assert.Contains("**failed**", lines[0]);
        Assert.Equal(comparison.Figures.Count, lines.Count(line => line.StartsWith("| ")) - 1);
        Assert.Equal(comparison.Regressions.Count(), lines.Count(line => line.Contains("**worse**")));
    }
}
