namespace Millrace.Loadgen.Tests.Workload;

public sealed class ScheduleTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void A_constant_rate_is_even_and_does_not_drift()
    {
        List<long> times = TimesOf("3", seconds: 1000);
        Assert.Equal(3000, times.Count);
        for (int index = 0; index < times.Count; index++)
        {
            Assert.InRange(times[index] - (index * Second / 3), -1, 1);
        }
    }

    [Fact]
    public void Producers_that_share_a_rate_take_turns()
    {
        RateProfile rate = RateProfile.TryParse("100")!;
        List<long> all = [];
        for (int index = 0; index < 4; index++)
        {
            all.AddRange(Times(new Schedule(rate, 0.25, index / 4.0, 0, Second)));
        }

        all.Sort();
        Assert.Equal(100, all.Count);
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(all.Zip(all.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 9_999_000, 10_001_000));
    }

    [Fact]
    public void A_ramp_sends_the_mean_of_its_ends_and_more_at_its_end_than_at_its_start()
    {
        List<long> times = TimesOf("ramp:100-300", seconds: 10);
        Assert.InRange(times.Count, 1980, 2020);
        Assert.InRange(times.Count(time => time < Second), 100, 120);
        Assert.InRange(times.Count(time => time >= 9 * Second), 280, 300);
    }

    [Fact]
    public void A_ramp_from_nothing_begins()
    {
        List<long> times = TimesOf("ramp:0-200", seconds: 10);
        Assert.InRange(times.Count, 950, 1050);
    }

    [Fact]
    public void Bursts_come_at_their_times_also_over_a_base_of_nothing_or_little()
    {
        foreach (string basis in new[] { "0", "0.1" })
        {
            List<long> times = TimesOf($"burst:{basis}:100:2:5", seconds: 15);
            Assert.InRange(times.Count, 590, 612);
            Assert.InRange(times.Count(time => time % (5 * Second) < 2 * Second), 590, 606);
            Assert.Contains(times, time => time is >= 5 * Second and < 5 * Second + (Second / 10));
        }
    }

    [Fact]
    public void Poisson_arrivals_keep_the_rate_and_differ_from_one_to_the_next()
    {
        Schedule schedule = new(RateProfile.TryParse("1000")!, 1, 0, 0, 20 * Second, new Chance(5));
        List<long> times = Times(schedule);
        Assert.InRange(times.Count, 19_500, 20_500);
        double[] gaps = [.. times.Zip(times.Skip(1), (one, next) => (double)(next - one))];
        double mean = gaps.Average();
        double deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));
        Assert.InRange(deviation / mean, 0.95, 1.05);
    }

    [Fact]
    public void A_closed_loop_is_always_due_until_it_is_stopped()
    {
        Schedule schedule = new(RateProfile.Unlimited, 1, 0, 5, Second);
        for (int index = 0; index < 10; index++)
        {
            Assert.Equal(5, schedule.NextNs);
            schedule.Advance();
        }

        schedule.Stop();
        Assert.True(schedule.IsOver);
    }

    [Theory]
    [InlineData("50k", 50_000)]
    [InlineData("1.5m", 1_500_000)]
    [InlineData("7", 7)]
    public void Rates_are_read_with_their_factor(string text, double rate) =>
        Assert.Equal(rate, RateProfile.TryParse(text)!.First);

    [Theory]
    [InlineData("-1")]
    [InlineData("fast")]
    [InlineData("ramp:5-5")]
    [InlineData("burst:5:3:1:2")]
    [InlineData("burst:1:3:4:2")]
    public void A_rate_that_makes_no_sense_is_not_taken(string text) => Assert.Null(RateProfile.TryParse(text));

    private static List<long> TimesOf(string rate, int seconds) =>
        Times(new Schedule(RateProfile.TryParse(rate)!, 1, 0, 0, seconds * Second));

    private static List<long> Times(Schedule schedule)
    {
        List<long> times = [];
        for (; !schedule.IsOver; schedule.Advance())
        {
            times.Add(schedule.NextNs);
        }

        return times;
    }
}
