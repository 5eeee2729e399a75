namespace Millrace.Loadgen.Tests.Workload;

public sealed class DistributionTests
{
    private const int Draws = 200_000;

    [Theory]
    [InlineData("1024", 1024, 1024, 1024.0)]
    [InlineData("4K", 4096, 4096, 4096.0)]
    [InlineData("100-300", 100, 300, 200.0)]
    [InlineData("100:3,900:1", 100, 900, 300.0)]
    [InlineData("lognormal:600:0.5", 1, 38400, 679.9)]
    public void Sizes_stay_within_their_bounds_and_have_the_mean_that_they_say(
        string text, int min, int max, double mean)
    {
        RecordSizes sizes = RecordSizes.TryParse(text)!;
        Assert.InRange(sizes.Mean, mean - 0.1, mean + 0.1);
        Chance chance = new(7);
        double sum = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            int size = sizes.Next(ref chance);
            Assert.InRange(size, min, max);
            sum += size;
        }

        Assert.InRange(sum / Draws, mean * 0.98, mean * 1.02);
        Assert.True(sizes.Max <= max);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ten")]
    [InlineData("300-100")]
    [InlineData("100:0,200:1")]
    [InlineData("lognormal:600")]
    [InlineData("-5")]
    public void A_size_that_makes_no_sense_is_not_taken(string text) => Assert.Null(RecordSizes.TryParse(text));

    [Fact]
    public void The_second_key_of_a_zipf_choice_comes_as_often_as_its_exponent_says()
    {
        const int keys = 1000;
        const double exponent = 0.99;
        ZipfSampler zipf = new(keys, exponent);
        Chance chance = new(3);
        long[] counts = new long[keys];
        for (int draw = 0; draw < Draws; draw++)
        {
            counts[zipf.Next(ref chance)]++;
        }

        double sum = Enumerable.Range(1, keys).Sum(rank => Math.Pow(rank, -exponent));
        for (int rank = 1; rank <= 20; rank++)
        {
            double expected = Math.Pow(rank, -exponent) / sum * Draws;
            Assert.InRange(counts[rank - 1], expected * 0.9, expected * 1.1);
        }

        Assert.True(counts[(keys / 2)..].Sum() > 0);
    }

    [Fact]
    public void A_zipf_exponent_of_one_works_though_its_integral_is_another()
    {
        ZipfSampler zipf = new(10, 1.0);
        Chance chance = new(3);
        long[] counts = new long[10];
        for (int draw = 0; draw < Draws; draw++)
        {
            counts[zipf.Next(ref chance)]++;
        }

        Assert.InRange((double)counts[0] / counts[1], 1.9, 2.1);
        Assert.InRange((double)counts[0] / counts[9], 9, 11);
    }

    [Theory]
    [InlineData("none", 0)]
    [InlineData("sequential:5", 5)]
    [InlineData("uniform:100", 100)]
    [InlineData("zipf:100", 100)]
    [InlineData("zipf:100:1.2", 100)]
    public void Keys_stay_below_their_count(string text, long count)
    {
        KeyChoice keys = KeyChoice.TryParse(text)!;
        Assert.Equal(count, keys.Count);
        Assert.Equal(count > 0, keys.HasKeys);
        Chance chance = new(1);
        for (int draw = 0; draw < 1000 && keys.HasKeys; draw++)
        {
            Assert.InRange(keys.Next(draw, ref chance), 0, count - 1);
        }
    }

    [Theory]
    [InlineData("zipf")]
    [InlineData("zipf:0")]
    [InlineData("uniform:5:2")]
    [InlineData("some:5")]
    public void A_choice_of_keys_that_makes_no_sense_is_not_taken(string text) => Assert.Null(KeyChoice.TryParse(text));

    // From the test of Kafka's own Utils.murmur2.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Keys_are_hashed_as_Kafka_hashes_them(string key, int expected) =>
        Assert.Equal(expected, (int)Murmur2.Hash(System.Text.Encoding.UTF8.GetBytes(key)));
}
