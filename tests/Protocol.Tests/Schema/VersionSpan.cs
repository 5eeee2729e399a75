using System.Globalization;

namespace Millrace.Protocol.Tests.Schema;

/// <summary>Versions from first to last, both inclusive; empty where the last is below the first.</summary>
public readonly record struct VersionSpan(int First, int Last)
{
    public static VersionSpan None => new(0, -1);

    public static VersionSpan All => new(0, short.MaxValue);

    public bool IsEmpty => Last < First;

    /// <summary>The versions in order; only for spans with an end.</summary>
    public IEnumerable<int> Each => IsEmpty ? [] : Enumerable.Range(First, Last - First + 1);

    /// <summary>Reads <c>none</c>, <c>3</c>, <c>0-13</c> or <c>9+</c>.</summary>
    public static VersionSpan Parse(string text)
    {
        if (text is "none" or "")
        {
            return None;
        }

        if (text.EndsWith('+'))
        {
            return new(Number(text[..^1]), short.MaxValue);
        }

        string[] ends = text.Split('-');
        return new(Number(ends[0]), Number(ends[^1]));
    }

    public bool Has(int version) => version >= First && version <= Last;

    public VersionSpan JoinedWith(VersionSpan other) =>
        IsEmpty ? other : other.IsEmpty ? this : new(Math.Min(First, other.First), Math.Max(Last, other.Last));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
