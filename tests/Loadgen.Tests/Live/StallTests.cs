using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Tests.Live;

/// <summary>
/// A broker that answers nothing for two seconds. Whoever asks only when the last answer has come counts that once;
/// the users of that broker, who kept coming, waited two seconds and less, all of them.
/// </summary>
public sealed class StallTests
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(2);

    [Fact]
    public void Percentiles_count_everyone_who_came_during_a_stall()
    {
        using FaultyProxy proxy = new();
        using TestBroker broker = new(proxy.Address);
        proxy.PassTo(broker.Port);
        LoadgenRun? run = null;
        Thread thread = new(() => run = LoadgenRun.Of(
            "produce", "-b", proxy.Address, "--rate", "500", "--duration", "8s", "--warm-up", "0s",
            "--record-size", "100", "--linger", "0", "--batch-records", "1", "--request-batches", "1"));
        thread.Start();
        Thread.Sleep(TimeSpan.FromSeconds(3));
        proxy.Stall(Stall);
        thread.Join();

        // A quarter of the records were due while nothing was answered: half of these waited over a second.
        RunResult result = run!.MustBeGood().Result!;
        Assert.Equal(4000, result.Totals.RecordsAcked);
        Assert.InRange(result.AggregatedPublishLatency95pct, 1000, 4000);
        Assert.InRange(result.AggregatedPublishLatencyMax, 1900, 6000);
        double share = result.AggregatedPublishLatencyQuantiles
            .Where(quantile => quantile.Value < 500)
            .Max(quantile => double.Parse(quantile.Key, System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(share, 60, 90);

        // What was sent before it and answered after it is five requests; the others were not even sent.
        Assert.True(result.ServiceLatency.P95 < 500, run.Output);
        Assert.InRange(result.ServiceLatency.Max, 1900, 6000);
        Assert.True(result.Loadgen.Blocked > 0.1, run.Output);
    }

    [Fact]
    public void Connections_that_break_cost_retries_and_no_record()
    {
        using FaultyProxy proxy = new();
        using TestBroker broker = new(proxy.Address);
        proxy.PassTo(broker.Port);
        LoadgenRun? run = null;
        Thread thread = new(() => run = LoadgenRun.Of(
            "e2e", "-b", proxy.Address, "--rate", "1000", "--duration", "4s", "--warm-up", "0s",
            "--record-size", "100", "--partitions", "2", "--verify"));
        thread.Start();
        Thread.Sleep(TimeSpan.FromSeconds(2));
        proxy.BreakConnections();
        thread.Join();

        RunResult result = run!.MustBeGood().Result!;
        Assert.Equal(4000, result.Totals.RecordsAcked);
        Assert.True(result.Totals.Retries > 0
            || run.Output.Contains("connection", StringComparison.Ordinal), run.Output);
        Assert.Equal(4000, result.Verify!.Checked);
    }

    [Fact]
    public void A_broker_that_is_gone_for_good_ends_the_run_with_what_it_took_and_what_failed()
    {
        using FaultyProxy proxy = new();
        LoadgenRun? run = null;
        using (TestBroker broker = new(proxy.Address))
        {
            proxy.PassTo(broker.Port);
            Thread thread = new(() => run = LoadgenRun.Of(
                "produce", "-b", proxy.Address, "--rate", "500", "--duration", "5s", "--warm-up", "0s",
                "--delivery-timeout", "2s"));
            thread.Start();
            Thread.Sleep(TimeSpan.FromSeconds(3));
            broker.Dispose();
            thread.Join();
        }

        Assert.Equal(ExitCode.RequestsFailed, run!.Code);
        Assert.True(run.Result!.Totals.RecordsAcked > 0, run.Output);
        Assert.True(run.Result.Totals.RecordsFailed > 0, run.Output);
        Assert.Contains("gave up a batch", run.Output, StringComparison.Ordinal);
    }
}
