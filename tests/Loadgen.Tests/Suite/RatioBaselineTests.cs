using Millrace.Loadgen.Report;
using Millrace.Loadgen.Suite;

namespace Millrace.Loadgen.Tests.Suite;

public sealed class RatioBaselineTests
{
    private static readonly RatioBaseline Baseline = RatioBaseline.From(SummaryTests.Summary(), noise: 0.2);

    [Fact]
    public void The_run_that_a_baseline_was_made_of_passes() =>
        Assert.All(Baseline.Check(SummaryTests.Summary()), test => Assert.Null(test.Failure));

    [Fact]
    public void Only_rows_with_a_ratio_are_held() =>
        Assert.Equal(["P1", "P3", "P5", "P9-durable", "P9-produce"], Baseline.Ratios.Keys.Order());

    [Fact]
    public void What_varies_more_than_any_change_is_not_held() =>
        Assert.DoesNotContain("P4-max", RatioBaseline.From(With("P4-max", 0.5), noise: 0.2).Ratios.Keys);

    [Fact]
    public void A_worse_ratio_fails_and_names_its_row()
    {
        SuiteSummary worse = With("P1", 0.45 / 1.6);
        JUnitCase failed = Assert.Single(Baseline.Check(worse), test => test.Failure is not null);
        Assert.StartsWith("P1: produce 1 KiB", failed.Name);
    }

    [Fact]
    public void A_rates_ratio_is_worse_where_it_is_lower()
    {
        Assert.Single(Baseline.Check(With("P3", 2.0)), test => test.Failure is not null);
        Assert.DoesNotContain(Baseline.Check(With("P3", 9.0)), test => test.Failure is not null);
    }

    [Fact]
    public void What_the_noise_allows_passes() =>
        Assert.DoesNotContain(Baseline.Check(With("P1", 0.34 / 1.6)), test => test.Failure is not null);

    [Fact]
    public void A_row_may_have_a_noise_of_its_own()
    {
        RatioBaseline loose = Baseline with
        {
            Noise = new Dictionary<string, double> { ["*"] = 0.2, ["P1"] = 1 },
        };
        Assert.DoesNotContain(loose.Check(With("P1", 0.45 / 1.6)), test => test.Failure is not null);
    }

    private static SuiteSummary With(string id, double ratio)
    {
        SuiteSummary summary = SummaryTests.Summary();
        return summary with
        {
            Rows = summary.Rows.Select(row => row.Id == id ? row with { Ratio = ratio } : row).ToList(),
        };
    }
}
