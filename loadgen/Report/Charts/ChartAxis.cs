using System.Globalization;

namespace Millrace.Loadgen.Report;

/// <summary>One axis of a chart: from values to a place between 0 and 1, and the marks along it.</summary>
internal sealed class ChartAxis
{
    private const int MarksWanted = 5;

    private readonly Func<double, double> project;

    private ChartAxis(Func<double, double> project, IReadOnlyList<(double Place, string Text)> marks)
    {
        this.project = project;
        Marks = marks;
    }

    /// <summary>Places between 0 and 1 with what stands there.</summary>
    public IReadOnlyList<(double Place, string Text)> Marks { get; }

    public double Place(double value) => Math.Clamp(project(value), 0, 1);

    /// <summary>From 0 to a round number at least as large as the largest value.</summary>
    public static ChartAxis FromZero(double largest, Func<double, string> text)
    {
        double step = RoundStep(Math.Max(largest, 1e-9) / MarksWanted);
        double end = Math.Ceiling(Math.Max(largest, 1e-9) / step) * step;
        int steps = (int)Math.Round(end / step);
        return new ChartAxis(
            value => value / end,
            Enumerable.Range(0, steps + 1).Select(mark => ((double)mark / steps, text(mark * step))).ToList());
    }

    /// <summary>Between two values, evenly.</summary>
    public static ChartAxis Linear(double smallest, double largest, Func<double, string> text)
    {
        double span = Math.Max(largest - smallest, 1e-9);
        double step = RoundStep(span / MarksWanted);
        List<(double Place, string Text)> marks = [];
        for (double at = Math.Ceiling(smallest / step) * step; at <= largest + (step * 1e-6); at += step)
        {
            marks.Add(((at - smallest) / span, text(at)));
        }

        return new ChartAxis(value => (value - smallest) / span, marks);
    }

    /// <summary>Powers of ten, from the one below the smallest value to the one above the largest.</summary>
    public static ChartAxis Log(double smallest, double largest, Func<double, string> text)
    {
        int first = (int)Math.Floor(Math.Log10(Math.Max(smallest, 1e-6)));
        int last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(Math.Max(largest, 1e-6))));
        List<(double Place, string Text)> marks = [];
        for (int power = first; power <= last; power++)
        {
            marks.Add(((double)(power - first) / (last - first), text(Math.Pow(10, power))));
        }

        return new ChartAxis(value => (Math.Log10(Math.Max(value, 1e-9)) - first) / (last - first), marks);
    }

    /// <summary>
    /// Percentiles, each nine as wide as the one before; the maximum, 100, stands where one of all values does.
    /// </summary>
    /// <param name="count">Values that the percentiles are of.</param>
    public static ChartAxis Percentiles(long count)
    {
        double end = Math.Max(2, Math.Log10(Math.Max(count, 1)));
        double Project(double percentile) =>
            percentile >= 100 ? 1 : Math.Min(1, -Math.Log10(1 - (percentile / 100)) / end);
        List<(double Place, string Text)> marks = [(0, "0 %"), (Project(50), "50 %")];
        for (int nines = 1; nines < end - 0.3; nines++)
        {
            double percentile = 100 - Math.Pow(10, 2 - nines);
            marks.Add((Project(percentile), $"{percentile.ToString("0.########", CultureInfo.InvariantCulture)} %"));
        }

        marks.Add((1, "max"));
        return new ChartAxis(Project, marks);
    }

    /// <summary>1, 2 or 5 times a power of ten, at least as large as the raw step.</summary>
    private static double RoundStep(double raw)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double lead = raw / power;
        return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
    }
}
