using System.Globalization;

namespace Millrace.Loadgen.Measurement;

/// <summary>
/// Writes a <c>.hlog</c> file: one line for each interval and tag, as HdrHistogram's tools read them. Owned by the
/// thread that takes the intervals. Values are nanoseconds; the maximum column is milliseconds, as those tools have it.
/// </summary>
internal sealed class HistogramLogWriter : IDisposable
{
    private const double NanosecondsPerMillisecond = 1e6;

    private readonly TextWriter output;

    /// <param name="output">The file; closed with this writer.</param>
    /// <param name="startMs">Wall time of second 0, in milliseconds since 1970 UTC.</param>
    /// <param name="comment">What was run, on one line.</param>
    public HistogramLogWriter(TextWriter output, long startMs, string comment)
    {
        this.output = output;
        string seconds = Number(startMs / 1000.0);
        string date = DateTimeOffset.FromUnixTimeMilliseconds(startMs).ToString("r", CultureInfo.InvariantCulture);
        output.Write($"#[{comment.ReplaceLineEndings(" ")}]\n");
        output.Write("#[Histogram log format version 1.3]\n");
        output.Write($"#[BaseTime: {seconds} (seconds since epoch)]\n");
        output.Write($"#[StartTime: {seconds} (seconds since epoch), {date}]\n");
        output.Write("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
    }

    /// <summary>Writes one interval.</summary>
    /// <param name="tag">What is measured: letters, digits and '-'.</param>
    /// <param name="startSeconds">Its begin, after second 0.</param>
    /// <param name="lengthSeconds">How long it is.</param>
    /// <param name="histogram">What was counted in it.</param>
    public void Write(string tag, double startSeconds, double lengthSeconds, Histogram histogram)
    {
        string max = Number(histogram.Max / NanosecondsPerMillisecond);
        string encoded = HistogramEncoding.Encode(histogram);
        output.Write($"Tag={tag},{Number(startSeconds)},{Number(lengthSeconds)},{max},{encoded}\n");
    }

    public void Dispose() => output.Dispose();

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
