using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Tests.Measurement;

public sealed class HistogramTests
{
    [Theory]
    [InlineData(50, 5_000)]
    [InlineData(90, 9_000)]
    [InlineData(99.9, 9_990)]
    [InlineData(100, 10_000)]
    public void A_percentile_is_the_value_that_so_many_are_at_most_as_large_as(double percentile, long expected)
    {
        Histogram histogram = new();
        foreach (long value in Shuffled(10_000))
        {
            histogram.Record(value);
        }

        Assert.InRange(histogram.ValueAt(percentile), expected, expected + (expected / 1000) + 1);
    }

    [Fact]
    public void Every_value_of_the_range_keeps_its_first_three_digits()
    {
        Random random = new(5);
        for (int round = 0; round < 2_000; round++)
        {
            long value = (long)Math.Exp(random.NextDouble() * Math.Log(Histogram.HighestNs));
            Histogram histogram = new();
            histogram.Record(value);
            histogram.Record(Histogram.HighestNs);
            Assert.InRange(histogram.ValueAt(50), value, value + (value / 1000));
        }
    }

    [Fact]
    public void The_maximum_is_exact_even_beyond_the_range()
    {
        Histogram histogram = new();
        histogram.Record(123_456_789);
        Assert.Equal(123_456_789, histogram.Max);
        histogram.Record(Histogram.HighestNs + 17);
        Assert.Equal(Histogram.HighestNs + 17, histogram.Max);
        Assert.Equal(2, histogram.Total);
    }

    [Fact]
    public void A_negative_time_counts_as_none()
    {
        Histogram histogram = new();
        histogram.Record(-5);
        Assert.Equal(1, histogram.Total);
        Assert.Equal(0, histogram.ValueAt(100));
    }

    [Fact]
    public void What_was_counted_since_a_copy_is_the_difference()
    {
        Histogram running = new();
        running.Record(1_000, 7);
        Histogram before = new();
        before.CopyFrom(running);
        running.Record(2_000, 3);
        Histogram since = new();
        since.SetToDifference(running, before);
        Assert.Equal(3, since.Total);
        Assert.Equal(2_000, since.Max);
        Assert.InRange(since.ValueAt(1), 2_000, 2_001);
    }

    [Fact]
    public void The_maximum_of_a_difference_is_not_that_of_earlier_values()
    {
        Histogram running = new();
        running.Record(900_000);
        Histogram before = new();
        before.CopyFrom(running);
        running.Record(100);
        Histogram since = new();
        since.SetToDifference(running, before);
        Assert.Equal(100, since.Max);
    }

    [Fact]
    public void The_mean_is_within_the_precision()
    {
        Histogram histogram = new();
        for (long value = 1; value <= 100_000; value++)
        {
            histogram.Record(value);
        }

        Assert.InRange(histogram.Mean, 50_000 * 0.999, 50_000 * 1.001);
    }

    [Fact]
    public void An_empty_one_answers_zero_throughout()
    {
        Histogram histogram = new();
        Assert.Equal(0, histogram.ValueAt(99));
        Assert.Equal(0, histogram.Max);
        Assert.Equal(0, histogram.Min);
        Assert.Equal(0, histogram.Mean);
        Assert.Empty(PercentileLadder.Of(histogram));
    }

    [Fact]
    public void Different_buckets_are_not_added_up() =>
        Assert.Throws<ArgumentException>(() => new Histogram().Add(new Histogram(1, 1_000, 2)));

    [Fact]
    public void Recording_takes_no_memory()
    {
        LatencyRecorder recorder = new();
        long allocated = Allocations.LeastOf(() =>
        {
            for (int answer = 0; answer < 10_000; answer++)
            {
                recorder.RecordBatch(answer, 12.5, answer + 30, answer + 5_000, 8);
            }
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_batch_counts_each_record_from_its_own_intended_time()
    {
        LatencyRecorder recorder = new();
        recorder.RecordBatch(firstIntendedNs: 1_000, betweenNs: 100, sentNs: 2_000, answeredNs: 3_000, records: 11);
        Assert.Equal(11, recorder.Intended.Total);
        Assert.Equal(2_000, recorder.Intended.Max);
        Assert.Equal(1_000, recorder.Intended.Min);
        Assert.Equal(1_000, recorder.Service.Max);
    }

    [Fact]
    public void The_ladder_climbs_to_the_maximum_with_as_many_steps_for_each_nine()
    {
        Histogram histogram = new();
        foreach (long value in Shuffled(10_000))
        {
            histogram.Record(value);
        }

        List<(double Percentile, long Value)> ladder = PercentileLadder.Of(histogram);
        Assert.Equal((100, 10_000), ladder[^1]);
        Assert.Equal(ladder.OrderBy(step => step.Percentile), ladder);
        Assert.Equal(ladder.OrderBy(step => step.Value), ladder);
        Assert.InRange(ladder.Count(step => step.Percentile is >= 99 and < 99.9), 10, 30);
    }

    private static IEnumerable<long> Shuffled(int count)
    {
        long[] values = Enumerable.Range(1, count).Select(value => (long)value).ToArray();
        new Random(count).Shuffle(values);
        return values;
    }
}
