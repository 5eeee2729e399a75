using System.Globalization;

namespace Millrace.Loadgen;

/// <summary>
/// How many records are due a second, over all producers: <c>max</c> for as many as the broker takes (closed loop),
/// <c>50000</c>, <c>ramp:1000-50000</c> over the whole run, <c>burst:1000:50000:2:10</c> (base, peak, seconds of peak,
/// seconds from one peak to the next). Immutable.
/// </summary>
internal sealed record RateProfile
{
    private RateProfile(string text, double first, double last)
    {
        Text = text;
        First = first;
        Last = last;
    }

    /// <summary>As many as the broker takes: a record is due whenever there is room for it.</summary>
    public static RateProfile Unlimited { get; } = new("max", 0, 0);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Records a second at the start; the base of bursts.</summary>
    public double First { get; }

    /// <summary>At the end; the peak of bursts.</summary>
    public double Last { get; }

    public double PeakSeconds { get; private init; }

    public double PeriodSeconds { get; private init; }

    public bool IsUnlimited => First == 0 && Last == 0;

    public bool IsConstant => First == Last;

    public bool IsBurst => PeriodSeconds > 0;

    public static RateProfile Constant(double rate) =>
        new(rate.ToString("0.###", CultureInfo.InvariantCulture), rate, rate);

    /// <summary>Reads one of the forms above.</summary>
    /// <returns>Null where it is none of them.</returns>
    public static RateProfile? TryParse(string text)
    {
        if (text is "max" or "0")
        {
            return Unlimited;
        }

        string[] parts = text.Split(':');
        if (parts.Length == 1)
        {
            return TryReadRate(text, out double rate) && rate > 0 ? new RateProfile(text, rate, rate) : null;
        }

        if (parts.Length == 2 && parts[0] == "ramp")
        {
            string[] ends = parts[1].Split('-');
            return ends.Length == 2 && TryReadRate(ends[0], out double first) && TryReadRate(ends[1], out double last)
                && first + last > 0 && first != last
                ? new RateProfile(text, first, last)
                : null;
        }

        return parts.Length == 5 && parts[0] == "burst"
            && TryReadRate(parts[1], out double low) && TryReadRate(parts[2], out double peak) && peak > low
            && TryReadRate(parts[3], out double on) && TryReadRate(parts[4], out double period) && on > 0 && period > on
            ? new RateProfile(text, low, peak) { PeakSeconds = on, PeriodSeconds = period }
            : null;
    }

    /// <summary>When so many records are due, in seconds after the start: the rate's integral turned around.</summary>
    /// <param name="records">How many, also a part of one.</param>
    /// <param name="runSeconds">How long a ramp takes.</param>
    /// <returns>Infinity where they never are.</returns>
    public double SecondOf(double records, double runSeconds)
    {
        if (IsBurst)
        {
            double inPeak = Last * PeakSeconds;
            double inPeriod = inPeak + (First * (PeriodSeconds - PeakSeconds));
            double periods = Math.Floor(records / inPeriod);
            double rest = records - (periods * inPeriod);
            double within = rest < inPeak || First == 0 ? rest / Last : PeakSeconds + ((rest - inPeak) / First);
            return (periods * PeriodSeconds) + within;
        }

        double slope = (Last - First) / runSeconds;
        if (slope == 0)
        {
            return records / First;
        }

        double root = (First * First) + (2 * slope * records);
        return root < 0 ? double.PositiveInfinity : (Math.Sqrt(root) - First) / slope;
    }

    /// <summary>A number, or one with k or m behind it for thousands and millions.</summary>
    private static bool TryReadRate(string text, out double rate)
    {
        double factor = text.Length == 0
            ? 1
            : char.ToLowerInvariant(text[^1]) switch { 'k' => 1e3, 'm' => 1e6, _ => 1 };
        ReadOnlySpan<char> digits = factor > 1 ? text.AsSpan(0, text.Length - 1) : text;
        bool isRead = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out rate);
        rate *= factor;
        return isRead && rate <= 1e10;
    }
}
