using System.Globalization;

namespace Millrace.Loadgen.Report;

/// <summary>Numbers as people read them: three digits that count, and the unit's prefix. Stateless.</summary>
internal static class Figures
{
    private static readonly (double From, string Prefix)[] Prefixes =
        [(1e9, "G"), (1e6, "M"), (1e3, "k"), (0, "")];

    /// <summary>A number with three digits that count: 0.0123, 1.23, 12.3, 123, 1 230.</summary>
    public static string Short(double value)
    {
        double size = Math.Abs(value);
        if (size == 0 || !double.IsFinite(size))
        {
            return size == 0 ? "0" : "–";
        }

        int decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(size)), 0, 6);
        string digits = value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
        return decimals == 0 ? Grouped(digits) : digits;
    }

    /// <summary>A number with a prefix: 12.3 k, 1.23 M.</summary>
    public static string Scaled(double value)
    {
        (double from, string prefix) = Array.Find(Prefixes, step => Math.Abs(value) >= step.From);
        return prefix.Length == 0 ? Short(value) : $"{Short(value / from)} {prefix}";
    }

    /// <summary>Bytes in MB or GB a second, of 10^6 and 10^9.</summary>
    public static string BytesRate(double bytesPerSecond) =>
        bytesPerSecond >= 1e9 ? $"{Short(bytesPerSecond / 1e9)} GB/s" : $"{Short(bytesPerSecond / 1e6)} MB/s";

    /// <summary>Bytes in MiB.</summary>
    public static string Mebibytes(double bytes) => $"{Short(bytes / (1 << 20))} MiB";

    /// <summary>Milliseconds, or microseconds below one.</summary>
    public static string Ms(double milliseconds) => milliseconds switch
    {
        0 => "0",
        < 1 => $"{Short(milliseconds * 1e3)} µs",
        < 1_000 => $"{Short(milliseconds)} ms",
        _ => $"{Short(milliseconds / 1e3)} s",
    };

    /// <summary>A factor between two figures: 1.23x.</summary>
    public static string Factor(double ratio) => double.IsFinite(ratio) ? $"{Short(ratio)}x" : "–";

    /// <summary>A part as a whole number of per cent.</summary>
    public static string Percent(double part) => $"{(part * 100).ToString("0", CultureInfo.InvariantCulture)} %";

    /// <summary>A coordinate in a picture.</summary>
    public static string At(double coordinate) => coordinate.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Grouped(string digits) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            ? whole.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f')
            : digits;
}
