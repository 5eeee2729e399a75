using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Millrace.Base;

/// <summary>
/// A 128-bit id as Kafka writes it: big-endian on the wire and on disk, URL-safe base64 without padding (22 characters)
/// in text.
/// </summary>
public readonly record struct Uuid(ulong High, ulong Low) : IComparable<Uuid>
{
    /// <summary>Size on the wire, in bytes.</summary>
    public const int Size = 16;

    private const int TextLength = 22;
    private const int PaddedTextLength = 24;
    private const ulong ReservedCount = 100;
    private const ulong LeadingDash = 62;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>All bits zero: "no id".</summary>
    public static Uuid Zero => default;

    /// <summary>The id of the metadata topic, and of "one" in Kafka's reserved ids.</summary>
    public static Uuid One => new(0, 1);

    /// <summary>Kafka keeps the first hundred ids for itself: topic ids and log directory ids with a meaning.</summary>
    public bool IsReserved => High == 0 && Low < ReservedCount;

    public static Uuid Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[8..]));

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, High);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Low);
    }

    /// <summary>
    /// A random version-4 id. Ids that start with a dash are passed over, as Kafka's tools would take one for an
    /// option. The reserved ids below 100 (<see cref="IsReserved"/>) are no version-4 ids, so never come up.
    /// </summary>
    public static Uuid NewRandom(Random random)
    {
        Span<byte> bytes = stackalloc byte[Size];
        while (true)
        {
            random.NextBytes(bytes);
            bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
            bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
            Uuid candidate = Read(bytes);
            if (candidate.High >> 58 != LeadingDash)
            {
                return candidate;
            }
        }
    }

    /// <summary>
    /// Parses the 22-character form, with or without its padding, in the URL-safe alphabet only, as Kafka does. The
    /// four bits that the last character has too many are ignored.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Uuid value)
    {
        value = default;
        if (text is null || text.Length is not (TextLength or PaddedTextLength))
        {
            return false;
        }

        if (text.Length == PaddedTextLength && !text.EndsWith("==", StringComparison.Ordinal))
        {
            return false;
        }

        UInt128 bits = 0;
        for (int index = 0; index < TextLength; index++)
        {
            int digit = DigitOf(text[index]);
            if (digit < 0)
            {
                return false;
            }

            // 21 characters carry six bits each, the last one two.
            bits = index < TextLength - 1 ? (bits << 6) | (uint)digit : (bits << 2) | ((uint)digit >> 4);
        }

        value = new Uuid((ulong)(bits >> 64), (ulong)bits);
        return true;
    }

    private static int DigitOf(char character) => character switch
    {
        >= 'A' and <= 'Z' => character - 'A',
        >= 'a' and <= 'z' => character - 'a' + 26,
        >= '0' and <= '9' => character - '0' + 52,
        '-' => 62,
        '_' => 63,
        _ => -1,
    };

    /// <summary>
    /// Kafka's order: both halves as signed numbers, so that ids with the highest bit set come first.
    /// </summary>
    public int CompareTo(Uuid other) =>
        High != other.High ? ((long)High).CompareTo((long)other.High) : ((long)Low).CompareTo((long)other.Low);

    public override string ToString() => string.Create(TextLength, this, static (text, id) =>
    {
        UInt128 bits = new(id.High, id.Low);
        text[^1] = Alphabet[(int)(uint)(bits & 3) << 4];
        bits >>= 2;
        for (int index = TextLength - 2; index >= 0; index--)
        {
            text[index] = Alphabet[(int)(uint)(bits & 63)];
            bits >>= 6;
        }
    });
}
