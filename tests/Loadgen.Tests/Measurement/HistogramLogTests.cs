using System.Globalization;
using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Tests.Measurement;

/// <summary>
/// Against a log that another program wrote: jHiccup's, which HdrHistogram publishes in the public domain as the sample
/// of its format's version 2. The figures expected of it are those that HdrHistogram's authors give for it.
/// </summary>
public sealed class HistogramLogTests
{
    [Fact]
    public void A_published_log_gives_its_published_figures()
    {
        List<LoggedInterval> intervals = Published();
        Histogram whole = new();
        foreach (LoggedInterval interval in intervals)
        {
            Assert.Equal("", interval.Tag);
            Widen(interval.Histogram, whole);
        }

        Assert.Equal(62, intervals.Count);
        Assert.Equal(48_761, whole.Total);
        Assert.Equal(1_745_879_039, whole.ValueAt(99.9));
        Assert.Equal(1_796_210_687, HistogramEncoding.Decode(HistogramEncoding.Encode(whole)).Max);
    }

    [Fact]
    public void Intervals_of_a_published_log_have_their_published_times()
    {
        List<LoggedInterval> between = Published().Where(interval => interval.StartSeconds is >= 5 and < 20).ToList();
        Assert.Equal(15, between.Count);
        Assert.Equal(11_664, between.Sum(interval => interval.Histogram.Total));
        Histogram whole = new();
        between.ForEach(interval => Widen(interval.Histogram, whole));
        Assert.Equal(1_536_163_839, whole.ValueAt(99.9));
        Assert.Equal(1_544_552_447, HistogramEncoding.Decode(HistogramEncoding.Encode(whole)).Max);
    }

    [Fact]
    public void The_interval_maximum_column_of_a_published_log_is_what_the_histogram_says()
    {
        string[] lines = File.ReadAllLines(PublishedPath).Where(line => char.IsAsciiDigit(line[0])).ToArray();
        List<LoggedInterval> intervals = Published();
        Assert.Equal(lines.Length, intervals.Count);
        foreach ((string line, LoggedInterval interval) in lines.Zip(intervals))
        {
            double columnMs = double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture);
            Assert.InRange(interval.Histogram.Max / 1e6, columnMs - 0.001, columnMs + 0.001);
        }
    }

    [Fact]
    public void A_published_histogram_is_the_same_after_encoding_it_again()
    {
        foreach (LoggedInterval interval in Published())
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

    private static string PublishedPath => Path.Combine(AppContext.BaseDirectory, "Data", "published.hlog");

    private static List<LoggedInterval> Published()
    {
        using StreamReader file = File.OpenText(PublishedPath);
        return HistogramLogReader.Read(file);
    }

    /// <summary>Counts the values of two digits in three, each as the least that it may have been.</summary>
    private static void Widen(Histogram from, Histogram to)
    {
        for (int index = 0; index < from.Counts.Length; index++)
        {
            if (from.Counts[index] > 0)
            {
                to.Record(from.ValueOf(index), from.Counts[index]);
            }
        }
    }
}
