using System.Buffers.Binary;
using System.IO.Compression;

namespace Millrace.Loadgen.Measurement;

/// <summary>
/// A histogram as bytes: version 2 of HdrHistogram's published encoding, deflated, in base 64, as it stands in a line
/// of a <c>.hlog</c> file. Stateless.
/// </summary>
/// <remarks>
/// Big-endian: cookie, length of the counts, normalizing offset, digits, lowest and highest value, conversion ratio;
/// then the counts as zig-zag LEB128 of at most nine bytes, where a negative number -n stands for n empty buckets.
/// </remarks>
internal static class HistogramEncoding
{
    private const int PlainCookie = 0x1c849303 | 0x10;
    private const int CompressedCookie = 0x1c849304 | 0x10;
    private const int HeaderBytes = 40;
    private const int WrapperBytes = 8;
    private const int VarintBytesMax = 9;

    /// <summary>The histogram in base 64.</summary>
    public static string Encode(Histogram histogram)
    {
        ReadOnlySpan<long> counts = histogram.Counts;
        byte[] plain = new byte[HeaderBytes + ((counts.Length + 1) * VarintBytesMax)];
        int at = HeaderBytes;
        int used = counts.LastIndexOfAnyExcept(0) + 1;
        for (int index = 0; index < used;)
        {
            if (counts[index] != 0)
            {
                at += WriteVarint(plain.AsSpan(at), counts[index++]);
                continue;
            }

            int empty = counts[index..used].IndexOfAnyExcept(0);
            at += WriteVarint(plain.AsSpan(at), -empty);
            index += empty;
        }

        BinaryPrimitives.WriteInt32BigEndian(plain, PlainCookie);
        BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(4), at - HeaderBytes);
        BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(8), 0);
        BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(12), histogram.Digits);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(16), histogram.Lowest);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(24), histogram.Highest);
        BinaryPrimitives.WriteDoubleBigEndian(plain.AsSpan(32), 1.0);
        return Convert.ToBase64String(Deflated(plain.AsSpan(0, at)));
    }

    /// <summary>Reads a histogram back.</summary>
    /// <exception cref="FormatException">These are not the bytes of such a histogram.</exception>
    public static Histogram Decode(string base64)
    {
        byte[] packed = Convert.FromBase64String(base64);
        if (packed.Length < WrapperBytes || BinaryPrimitives.ReadInt32BigEndian(packed) != CompressedCookie)
        {
            throw new FormatException("Not a compressed histogram of version 2.");
        }

        byte[] plain = Inflated(packed.AsSpan(WrapperBytes));
        if (plain.Length < HeaderBytes || BinaryPrimitives.ReadInt32BigEndian(plain) != PlainCookie)
        {
            throw new FormatException("Not a histogram of version 2.");
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(4));
        int shift = BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(8));
        if (length < 0 || length > plain.Length - HeaderBytes || shift != 0)
        {
            throw new FormatException("A histogram whose counts are cut off or shifted.");
        }

        Histogram histogram = WithHeader(plain);
        ReadCounts(plain.AsSpan(HeaderBytes, length), histogram);
        return histogram;
    }

    private static Histogram WithHeader(byte[] plain)
    {
        try
        {
            return new Histogram(
                BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(16)),
                BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(24)),
                BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(12)));
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            throw new FormatException("A histogram with an impossible range.", wrong);
        }
    }

    private static void ReadCounts(ReadOnlySpan<byte> encoded, Histogram histogram)
    {
        long index = 0;
        while (!encoded.IsEmpty)
        {
            long count = ReadVarint(ref encoded);
            if (count < 0)
            {
                index -= count;
            }
            else if (index > int.MaxValue || !histogram.TrySetCount((int)index++, count))
            {
                throw new FormatException("A histogram with more counts than it has buckets.");
            }
        }
    }

    private static byte[] Deflated(ReadOnlySpan<byte> plain)
    {
        using MemoryStream packed = new();
        packed.Write(stackalloc byte[WrapperBytes]);
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(plain);
        }

        byte[] whole = packed.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(whole, CompressedCookie);
        BinaryPrimitives.WriteInt32BigEndian(whole.AsSpan(4), whole.Length - WrapperBytes);
        return whole;
    }

    private static byte[] Inflated(ReadOnlySpan<byte> packed)
    {
        try
        {
            using MemoryStream source = new(packed.ToArray());
            using ZLibStream zlib = new(source, CompressionMode.Decompress);
            using MemoryStream plain = new();
            zlib.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException wrong)
        {
            throw new FormatException("A histogram that cannot be inflated.", wrong);
        }
    }

    /// <summary>Seven bits a byte, the lowest first; the ninth byte has eight.</summary>
    private static int WriteVarint(Span<byte> target, long value)
    {
        ulong left = (ulong)((value << 1) ^ (value >> 63));
        int at = 0;
        while (left > 0x7f && at < VarintBytesMax - 1)
        {
            target[at++] = (byte)(left | 0x80);
            left >>= 7;
        }

        target[at++] = (byte)left;
        return at;
    }

    private static long ReadVarint(ref ReadOnlySpan<byte> source)
    {
        ulong value = 0;
        for (int at = 0; at < source.Length; at++)
        {
            bool isLast = at == VarintBytesMax - 1 || source[at] < 0x80;
            value |= (ulong)(at == VarintBytesMax - 1 ? source[at] : source[at] & 0x7f) << (7 * at);
            if (isLast)
            {
                source = source[(at + 1)..];
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        throw new FormatException("A histogram whose last count is cut off.");
    }
}
