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

    /// <summary>All bits zero: "no id".</summary>
    public static Uuid Zero => default;

    /// <summary>The id of the metadata topic, and of "one" in Kafka's reserved ids.</summary>
    public static Uuid One => new(0, 1);

    public static Uuid Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[8..]));

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, High);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Low);
    }

    /// <summary>
    /// A random version-4 id. Ids that start with a dash are passed over, as Kafka's tools would take one for an option,
    /// and so are the reserved ones below 100.
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
            if (candidate.High >> 58 != 62)
            {
                return candidate;
            }
        }
    }

    /// <summary>Parses the 22-character form; padding is taken too.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Uuid value)
    {
        value = default;
        string trimmed = text?.TrimEnd('=') ?? "";
        if (trimmed.Length != TextLength)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[18];
        string padded = trimmed.Replace('-', '+').Replace('_', '/') + "==";
        if (!Convert.TryFromBase64String(padded, bytes, out int written) || written != Size)
        {
            return false;
        }

        value = Read(bytes);
        return true;
    }

    public int CompareTo(Uuid other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
