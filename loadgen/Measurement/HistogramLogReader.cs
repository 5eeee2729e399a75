using System.Globalization;

namespace Millrace.Loadgen.Measurement;

/// <summary>One line of a <c>.hlog</c> file.</summary>
/// <param name="Tag">What was measured; empty where the line has none.</param>
/// <param name="StartSeconds">As it stands in the line: after the start, or since 1970.</param>
/// <param name="LengthSeconds">How long the interval was.</param>
/// <param name="Histogram">What was counted in it.</param>
internal readonly record struct LoggedInterval(
    string Tag, double StartSeconds, double LengthSeconds, Histogram Histogram);

/// <summary>Reads <c>.hlog</c> files, our own and those of other HdrHistogram tools (versions 1.2 and 1.3).</summary>
internal static class HistogramLogReader
{
    private const string TagMark = "Tag=";

    /// <summary>All intervals, in the order of the file.</summary>
    /// <exception cref="FormatException">A line is none of a histogram log; the message has its number.</exception>
    public static List<LoggedInterval> Read(TextReader input)
    {
        List<LoggedInterval> intervals = [];
        int number = 0;
        while (input.ReadLine() is { } line)
        {
            number++;
            if (line.Length > 0 && line[0] is not ('#' or '"'))
            {
                intervals.Add(ReadLine(line, number));
            }
        }

        return intervals;
    }

    private static LoggedInterval ReadLine(string line, int number)
    {
        string[] fields = line.Split(',');
        bool isTagged = fields[0].StartsWith(TagMark, StringComparison.Ordinal);
        int first = isTagged ? 1 : 0;
        if (fields.Length != first + 4
            || !TryNumber(fields[first], out double start)
            || !TryNumber(fields[first + 1], out double length))
        {
            throw new FormatException($"Line {number} is no line of a histogram log.");
        }

        try
        {
            string tag = isTagged ? fields[0][TagMark.Length..] : "";
            return new LoggedInterval(tag, start, length, HistogramEncoding.Decode(fields[first + 3]));
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"Line {number}: {wrong.Message}", wrong);
        }
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
