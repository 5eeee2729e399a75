using System.Globalization;

namespace Millrace.Broker;

/// <summary>
/// Doubles as Java prints them (<c>1.048576E8</c>, <c>0.5</c>), which is how DescribeConfigs answers them.
/// </summary>
public static class JavaDouble
{
    /// <summary>The shortest digits that read back as <paramref name="value"/>, laid out as Java does.</summary>
    public static string Render(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "Infinity" : "-Infinity";
        if (value == 0)
            return double.IsNegative(value) ? "-0.0" : "0.0";

        // E16 gives 17 digits; the round-trip format gives the shortest ones, in either layout.
        var shortest = Math.Abs(value).ToString("E16", CultureInfo.InvariantCulture);
        var plain = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var exponent = int.Parse(shortest.AsSpan(shortest.IndexOf('E') + 1), NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture);
        var mantissaEnd = plain.IndexOf('E');
        var digits = (mantissaEnd < 0 ? plain : plain[..mantissaEnd])
            .Replace(".", "", StringComparison.Ordinal).Trim('0');
        var sign = value < 0 ? "-" : "";

        // Java writes plain numbers from 10^-3 up to 10^7, others with an exponent.
        if (exponent is < -3 or >= 7)
            return $"{sign}{digits[0]}.{(digits.Length > 1 ? digits[1..] : "0")}E{exponent}";
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        var whole = digits.Length > exponent ? digits[..(exponent + 1)] : digits.PadRight(exponent + 1, '0');
        var fraction = digits.Length > exponent + 1 ? digits[(exponent + 1)..] : "0";
        return $"{sign}{whole}.{fraction}";
    }
}
