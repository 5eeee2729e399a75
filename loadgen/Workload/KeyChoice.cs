using System.Globalization;

namespace Millrace.Loadgen;

/// <summary>
/// Which key a record has: <c>none</c>, <c>sequential:N</c> one after another, <c>uniform:N</c>, or <c>zipf:N</c> with
/// an exponent behind it, <c>zipf:N:0.99</c>. Immutable but for the generators that the caller passes in.
/// </summary>
internal sealed class KeyChoice
{
    /// <summary>Every key is so long: 16 hexadecimal digits that look unlike their neighbours'.</summary>
    public const int KeyBytes = 16;

    private const double ExponentDefault = 0.99;

    private readonly Kind kind;
    private readonly ZipfSampler zipf;

    private KeyChoice(string text, Kind kind, long count, double exponent)
    {
        Text = text;
        this.kind = kind;
        Count = count;
        zipf = kind == Kind.Zipf ? new ZipfSampler(count, exponent) : default;
    }

    private enum Kind
    {
        None,
        Sequential,
        Uniform,
        Zipf,
    }

    public static KeyChoice None { get; } = new("none", Kind.None, 0, 0);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    public long Count { get; }

    /// <summary>False where records have no key.</summary>
    public bool HasKeys => kind != Kind.None;

    /// <summary>Reads one of the forms above.</summary>
    /// <returns>Null where it is none of them.</returns>
    public static KeyChoice? TryParse(string text)
    {
        if (text == "none")
        {
            return None;
        }

        string[] parts = text.Split(':');
        Kind kind = parts[0] switch
        {
            "sequential" => Kind.Sequential,
            "uniform" => Kind.Uniform,
            "zipf" => Kind.Zipf,
            _ => Kind.None,
        };
        double exponent = ExponentDefault;
        bool isRead = kind != Kind.None && parts.Length >= 2
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count > 0
            && (parts.Length == 2 || (parts.Length == 3 && kind == Kind.Zipf
                && double.TryParse(parts[2], CultureInfo.InvariantCulture, out exponent) && exponent is > 0 and < 10));
        return isRead ? new KeyChoice(text, kind, long.Parse(parts[1], CultureInfo.InvariantCulture), exponent) : null;
    }

    /// <summary>The next key's number, below <see cref="Count"/>.</summary>
    /// <param name="sequence">How many keys were taken before.</param>
    /// <param name="chance">The caller's generator.</param>
    public long Next(long sequence, ref Chance chance) => kind switch
    {
        Kind.Sequential => sequence % Count,
        Kind.Uniform => chance.NextBelow(Count),
        _ => zipf.Next(ref chance),
    };

    /// <summary>Writes a key.</summary>
    public static void Write(long number, Span<byte> target)
    {
        ulong mixed = Chance.Mix((ulong)number + 1);
        for (int index = 0; index < KeyBytes; index++)
        {
            target[index] = "0123456789abcdef"u8[(int)((mixed >> (4 * index)) & 15)];
        }
    }
}
