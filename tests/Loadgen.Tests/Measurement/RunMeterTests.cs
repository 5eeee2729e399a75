using Millrace.Base;
using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Tests.Measurement;

public sealed class RunMeterTests
{
    private readonly ManualClock clock = new();
    private readonly WorkerMeter one = new();
    private readonly WorkerMeter other = new();

    [Fact]
    public void What_was_counted_in_the_warm_up_is_left_out()
    {
        RunMeter meter = new([one, other], server: null, clock);
        Acknowledge(one, records: 500, latencyNs: 9_000_000);
        clock.Advance(1_000);
        Assert.Equal(500, meter.Tick().PublishRate);
        meter.BeginMeasuring();
        Acknowledge(other, records: 200, latencyNs: 1_000_000);
        clock.Advance(1_000);
        meter.Tick();
        RunMeasures measures = meter.Finish();
        Assert.Equal(200, measures.Whole.Counts.RecordsAcked);
        Assert.Equal(200, measures.Whole.Intended.Total);
        Assert.Single(measures.Intervals);
        Assert.InRange(measures.Intervals[0].Publish.P99, 1.0, 1.001);
    }

    [Fact]
    public void Each_interval_has_its_own_rates_and_percentiles()
    {
        RunMeter meter = new([one, other], server: null, clock, consumerGroups: 2);
        meter.BeginMeasuring();
        Acknowledge(one, records: 100, latencyNs: 1_000_000);
        Acknowledge(other, records: 100, latencyNs: 3_000_000);
        clock.Advance(2_000);
        IntervalSample first = meter.Tick();
        Acknowledge(one, records: 50, latencyNs: 7_000_000);
        one.RecordsConsumed += 300;
        clock.Advance(1_000);
        IntervalSample second = meter.Tick();
        Assert.Equal((0.0, 2.0, 100.0), (first.StartSeconds, first.Seconds, first.PublishRate));
        Assert.Equal((2.0, 1.0, 50.0), (second.StartSeconds, second.Seconds, second.PublishRate));
        Assert.InRange(first.Publish.P50, 1.0, 1.001);
        Assert.InRange(second.Publish.P50, 7.0, 7.007);
        Assert.Equal(400, first.Backlog);
        Assert.Equal(200, second.Backlog);
        Assert.Equal(-1, first.ServerCores);
    }

    [Fact]
    public void A_short_rest_is_in_the_totals_and_makes_no_interval()
    {
        RunMeter meter = new([one], server: null, clock);
        meter.BeginMeasuring();
        clock.Advance(1_000);
        meter.Tick();
        Acknowledge(one, records: 10, latencyNs: 1_000);
        clock.Advance(100);
        RunMeasures measures = meter.Finish();
        Assert.Single(measures.Intervals);
        Assert.Equal(10, measures.Whole.Counts.RecordsAcked);
        Assert.Equal(1.1, measures.Seconds, 6);
    }

    [Fact]
    public void Each_interval_goes_to_the_log_under_its_tags()
    {
        using StringWriter file = new();
        RunMeter meter = new([one], null, clock, new HistogramLogWriter(file, 0, "test"));
        Acknowledge(one, records: 1, latencyNs: 1);
        clock.Advance(1_000);
        meter.Tick();
        meter.BeginMeasuring();
        Acknowledge(one, records: 4, latencyNs: 1_000_000);
        clock.Advance(1_000);
        meter.Tick();
        List<LoggedInterval> logged = HistogramLogReader.Read(new StringReader(file.ToString()));
        Assert.Equal(["publish", "publish-service"], logged.Select(interval => interval.Tag));
        Assert.All(logged, interval => Assert.Equal(4, interval.Histogram.Total));
    }

    private static void Acknowledge(WorkerMeter worker, int records, long latencyNs)
    {
        worker.Publish.Record(0, 0, latencyNs, records);
        worker.RecordsSent += records;
        worker.RecordsAcked += records;
        worker.RequestsAcked++;
    }
}
