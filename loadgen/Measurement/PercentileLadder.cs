using System.Globalization;

namespace Millrace.Loadgen.Measurement;

/// <summary>
/// The percentiles that a curve is drawn through: evenly over the first half of the values, then over half of what
/// remains, and so on to the maximum, so that each nine of the tail gets as many points.
/// </summary>
internal static class PercentileLadder
{
    private const int StepsPerHalving = 5;
    private const int HalvingsMax = 30;

    /// <summary>Percentiles from 0 to 100 with their values, as far as there are values to tell them apart.</summary>
    public static List<(double Percentile, long Value)> Of(Histogram histogram)
    {
        List<(double Percentile, long Value)> ladder = [];
        if (histogram.Total == 0)
        {
            return ladder;
        }

        double remaining = 100;
        for (int halving = 0; halving < HalvingsMax && remaining / 100 * histogram.Total >= 1; halving++)
        {
            for (int step = 0; step < StepsPerHalving; step++)
            {
                double percentile = 100 - remaining + (remaining / 2 * step / StepsPerHalving);
                ladder.Add((percentile, histogram.ValueAt(percentile)));
            }

            remaining /= 2;
        }

        ladder.Add((100, histogram.Max));
        return ladder;
    }

    /// <summary>The table that HdrHistogram's plotting tools read, in milliseconds.</summary>
    public static void WriteText(Histogram histogram, TextWriter output)
    {
        output.Write("       Value     Percentile TotalCount 1/(1-Percentile)\n\n");
        foreach ((double percentile, long value) in Of(histogram))
        {
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{value / 1e6,12:0.000} {percentile / 100,14:0.000000000000} {histogram.CountUpTo(value),10}");
            string inverse = percentile >= 100
                ? ""
                : (1 / (1 - (percentile / 100))).ToString("0.00", CultureInfo.InvariantCulture).PadLeft(15);
            output.Write($"{line}{inverse}\n");
        }

        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"#[Mean    = {histogram.Mean / 1e6,12:0.000}, Total count = {histogram.Total,12}]\n"));
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"#[Max     = {histogram.Max / 1e6,12:0.000}]\n"));
    }
}
