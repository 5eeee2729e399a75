using System;
using System.Globalization;

namespace Millrace.Protocol.Generator.Model;

/// <summary>
/// Versions from <paramref name="Low"/> to <paramref name="High"/>, both inclusive; none where High is lower.
/// </summary>
internal readonly record struct VersionRange(int Low, int High)
{
    public const int Endless = short.MaxValue;

    public static VersionRange None => new(0, -1);

    public static VersionRange All => new(0, Endless);

    public bool IsEmpty => High < Low;

    public bool Contains(VersionRange other) => other.IsEmpty || (Low <= other.Low && other.High <= High);

    public VersionRange And(VersionRange other) => new(Math.Max(Low, other.Low), Math.Min(High, other.High));

    /// <summary>The smallest range that holds both.</summary>
    public VersionRange Span(VersionRange other) => IsEmpty ? other
        : other.IsEmpty ? this
        : new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>Reads Kafka's notation: <c>3-13</c>, <c>9+</c>, <c>1</c>, <c>none</c>.</summary>
    public static bool TryParse(string text, out VersionRange range)
    {
        range = None;
        if (text == "none")
        {
            return true;
        }

        int dash = text.IndexOf('-');
        bool open = text.EndsWith("+", StringComparison.Ordinal);
        string low = open ? text.Substring(0, text.Length - 1) : dash >= 0 ? text.Substring(0, dash) : text;
        string high = dash >= 0 && !open ? text.Substring(dash + 1) : low;
        if (!TryParseVersion(low, out int first) || !TryParseVersion(high, out int last))
        {
            return false;
        }

        range = new(first, open ? Endless : last);
        return !range.IsEmpty;
    }

    private static bool TryParseVersion(string text, out int version) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version) && version < Endless;

    public override string ToString() => IsEmpty ? "none" : High == Endless ? $"{Low}+" : $"{Low}-{High}";
}
