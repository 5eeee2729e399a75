using System.Globalization;
using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Tests.Measurement;

/// <summary>
/// The format of <c>.hlog</c> files. That it is the published one shows in lines which another program wrote (jHiccup,
/// 2015: histograms of two digits), with the maximum that it put beside each histogram itself.
/// </summary>
public sealed class HistogramLogTests
{
    private static readonly string[] Foreign =
    [
        "0.127,1.007,2.769,"
            + "HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lM"
            + "axhvMekILGZkKmcCAEf2CsI=",
        "1.134,0.999,0.442,"
            + "HISTFAAAAEJ42pNpmSzMwMAgxwABTBDKT4GBgdnNYMcCBvsPEBEWLj45FTExAT4pBSEBKa6UkAgBi1uM7xjfMMlwMDABAC0CCjM=",
        "2.133,1.001,0.426,"
            + "HISTFAAAAD942pNpmSzMwMAgwwABTBDKT4GBgdnNYMcCBvsPEBE+Ph4OLgk5OSkeIS4+LgEeswIDo1+MbmdYNASYAA51CSo=",
        "3.134,1.001,0.426,"
            + "HISTFAAAAD942pNpmSzMwMAgwwABTBDKT4GBgdnNYMcCBvsPEBExPiEpITEFGTkRKSEeOR6FkCg1hTeMXvNYlHhYABQ5CTo=",
    ];

    [Fact]
    public void Lines_of_another_program_have_their_times_and_all_of_their_values()
    {
        List<LoggedInterval> read = ReadForeign();
        Assert.Equal([0.127, 1.134, 2.133, 3.134], read.Select(interval => interval.StartSeconds));
        Assert.Equal([1.007, 0.999, 1.001, 1.001], read.Select(interval => interval.LengthSeconds));
        Assert.Equal([741L, 749, 745, 753], read.Select(interval => interval.Histogram.Total));
        Assert.All(read, interval => Assert.Equal(2, interval.Histogram.Digits));
    }

    [Fact]
    public void The_maximum_that_another_program_wrote_beside_a_histogram_is_what_the_histogram_says()
    {
        foreach ((string line, LoggedInterval interval) in Foreign.Zip(ReadForeign()))
        {
            double columnMs = double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture);
            Assert.InRange(interval.Histogram.Max / 1e6, columnMs - 0.001, columnMs + 0.001);
        }
    }

    [Fact]
    public void A_histogram_of_another_program_is_the_same_after_encoding_it_again()
    {
        foreach (LoggedInterval interval in ReadForeign())
        {
            Histogram again = HistogramEncoding.Decode(HistogramEncoding.Encode(interval.Histogram));
            Assert.Equal(interval.Histogram.Counts.ToArray(), again.Counts.ToArray());
            Assert.Equal(interval.Histogram.Total, again.Total);
        }
    }

    [Fact]
    public void What_is_written_is_read_back_with_tags_and_times()
    {
        Histogram histogram = new();
        histogram.Record(1_500_000, 3);
        histogram.Record(Histogram.HighestNs);
        using StringWriter file = new();
        HistogramLogWriter writer = new(file, startMs: 1_441_812_279_474, "loadgen\nproduce");
        writer.Write("publish", 0, 1.001, histogram);
        writer.Write("end-to-end", 1.001, 0.999, histogram);

        List<LoggedInterval> read = HistogramLogReader.Read(new StringReader(file.ToString()));
        Assert.Equal(["publish", "end-to-end"], read.Select(interval => interval.Tag));
        Assert.Equal([0, 1.001], read.Select(interval => interval.StartSeconds));
        Assert.Equal([1.001, 0.999], read.Select(interval => interval.LengthSeconds));
        Assert.Equal(histogram.Counts.ToArray(), read[1].Histogram.Counts.ToArray());
        string[] lines = file.ToString().Split('\n');
        Assert.Equal("#[loadgen produce]", lines[0]);
        Assert.StartsWith("#[StartTime: 1441812279.474 (seconds since epoch), Wed, 09 Sep 2015", lines[3]);
    }

    [Theory]
    [InlineData("0.127,1.007,2.769")]
    [InlineData("0.127,1.007,2.769,AAAA")]
    [InlineData("0.127,1.007,2.769,not base 64")]
    [InlineData("what,1.007,2.769,HISTFAAAAAV42gMAAAAAAQ==")]
    [InlineData("0.127,1.007,2.769,HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISE")]
    public void A_damaged_line_is_named_by_its_number(string line)
    {
        StringReader log = new($"#[a comment]\n{line}\n");
        FormatException fault = Assert.Throws<FormatException>(() => HistogramLogReader.Read(log));
        Assert.Contains("Line 2", fault.Message);
    }

    [Fact]
    public void Counts_up_to_the_largest_survive_the_encoding()
    {
        Histogram histogram = new();
        for (int bits = 0; bits < 62; bits++)
        {
            histogram.Record(1L << Math.Min(bits, 41), 1);
            histogram.Record(3 + bits, 1L << bits);
        }

        Histogram again = HistogramEncoding.Decode(HistogramEncoding.Encode(histogram));
        Assert.Equal(histogram.Counts.ToArray(), again.Counts.ToArray());
    }

    private static List<LoggedInterval> ReadForeign() =>
        HistogramLogReader.Read(new StringReader(string.Join('\n', Foreign)));
}
