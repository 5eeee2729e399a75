using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Tests.Measurement;

public sealed class LoadgenHealthTests
{
    private const long SecondNs = 1_000_000_000;

    [Fact]
    public void A_run_with_time_to_spare_says_nothing_against_itself() =>
        Assert.False(Judge(Measures(busiestWorker: 0.4), intendedRate: 1_000).IsBottleneck);

    [Fact]
    public void A_worker_without_time_left_is_the_bottleneck_of_an_idle_broker()
    {
        LoadgenHealth health = Judge(Measures(busiestWorker: 0.99, brokerThreadNs: SecondNs / 2), intendedRate: 0);
        Assert.True(health.IsBottleneck);
        Assert.Contains("99 % busy", health.Reasons[0]);
        Assert.Contains("50 %", health.Reasons[0]);
    }

    [Fact]
    public void A_broker_at_its_own_end_is_the_bottleneck_itself() =>
        Assert.False(Judge(Measures(busiestWorker: 0.99, brokerThreadNs: SecondNs), intendedRate: 0).IsBottleneck);

    [Fact]
    public void A_full_worker_that_waits_for_answers_most_of_the_time_is_not_the_bottleneck() =>
        Assert.False(Judge(Measures(busiestWorker: 0.99, blockedNs: SecondNs * 9 / 10), 0).IsBottleneck);

    [Fact]
    public void A_rate_that_was_not_reached_though_nothing_blocked_it_is_said()
    {
        LoadgenHealth health = Judge(Measures(busiestWorker: 0.5, sent: 900), intendedRate: 1_000);
        Assert.Contains("only 90 % of the rate", Assert.Single(health.Reasons));
    }

    [Fact]
    public void A_rate_that_the_broker_held_back_is_the_brokers() =>
        Assert.False(Judge(Measures(busiestWorker: 0.5, sent: 100, blockedNs: SecondNs), 1_000).IsBottleneck);

    [Fact]
    public void Requests_that_leave_late_by_most_of_the_latency_are_said()
    {
        LoadgenHealth health = Judge(Measures(busiestWorker: 0.5, latenessNs: 40_000_000), intendedRate: 1_000);
        Assert.Contains("40.0 ms", Assert.Single(health.Reasons));
    }

    private static LoadgenHealth Judge(RunMeasures measures, double intendedRate) =>
        LoadgenHealth.Judge(measures, intendedRate, workers: 1);

    private static RunMeasures Measures(
        double busiestWorker, long brokerThreadNs = -1, long sent = 1_000, long blockedNs = 0, long latenessNs = 0)
    {
        WorkerMeter worker = new() { RecordsSent = sent, BlockedNs = blockedNs };
        worker.Lateness.Record(latenessNs, sent);
        worker.Publish.Record(0, latenessNs, latenessNs + 1_000_000, sent);
        MeterReading whole = new();
        whole.Read([worker]);
        return new RunMeasures
        {
            BeginMs = 0,
            Seconds = 1,
            Intervals = [],
            Whole = whole,
            ServerBegin = brokerThreadNs < 0 ? null : Samples.Server(atNs: 0, cpuSeconds: 0, threadNs: 0),
            ServerEnd = brokerThreadNs < 0 ? null : Samples.Server(SecondNs, cpuSeconds: 1, brokerThreadNs),
            LoadgenCpuSeconds = busiestWorker,
            LoadgenBusiestWorker = busiestWorker,
        };
    }
}
