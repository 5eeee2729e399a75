using System.Buffers.Binary;
using System.Numerics;

namespace Millrace.Protocol.Compression;

/// <summary>
/// The header of an lz4 frame: magic, two descriptor bytes, perhaps the content's size, and one byte of their checksum.
/// </summary>
internal static class Lz4Frame
{
    /// <summary>Magic 4, descriptor 2, content size 8, dictionary id 4, checksum 1.</summary>
    public const int HeaderSizeMax = 19;

    private const uint Magic = 0x184D2204;
    private const int HeaderSizeMin = 7;
    private const int DescriptorStart = 4;
    private const byte ReservedOrDictionary = 0x03;
    private const byte HasContentSize = 0x08;
    private const byte BlocksIndependent = 0x20;

    /// <summary>
    /// Size of the header at the start of a frame, where it is one that Kafka's readers take too: they know neither
    /// blocks that depend on each other nor dictionaries.
    /// </summary>
    /// <returns>0 where it is none.</returns>
    public static int HeaderSizeOf(ReadOnlySpan<byte> source)
    {
        if (source.Length < HeaderSizeMin || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic)
        {
            return 0;
        }

        byte flags = source[DescriptorStart];
        if ((flags & ReservedOrDictionary) != 0 || (flags & BlocksIndependent) == 0)
        {
            return 0;
        }

        int size = HeaderSizeMin + ((flags & HasContentSize) != 0 ? sizeof(ulong) : 0);
        return size <= source.Length ? size : 0;
    }

    /// <summary>The checksum byte that belongs at the end of this header.</summary>
    public static byte ChecksumOf(ReadOnlySpan<byte> header) =>
        (byte)(ShortXxHash32(header[DescriptorStart..^1]) >> 8);

    /// <summary>xxHash-32 of fewer than 16 bytes with seed 0: all that a frame header needs of it.</summary>
    private static uint ShortXxHash32(ReadOnlySpan<byte> bytes)
    {
        const uint Prime1 = 2654435761;
        const uint Prime2 = 2246822519;
        const uint Prime3 = 3266489917;
        const uint Prime4 = 668265263;
        const uint Prime5 = 374761393;

        uint hash = Prime5 + (uint)bytes.Length;
        for (; bytes.Length >= sizeof(uint); bytes = bytes[sizeof(uint)..])
        {
            hash += BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Prime3;
            hash = BitOperations.RotateLeft(hash, 17) * Prime4;
        }

        foreach (byte value in bytes)
        {
            hash += value * Prime5;
            hash = BitOperations.RotateLeft(hash, 11) * Prime1;
        }

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }
}
