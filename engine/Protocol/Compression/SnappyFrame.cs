using System.Buffers.Binary;

namespace Millrace.Protocol.Compression;

/// <summary>
/// The framing that snappy-java puts around snappy blocks and that all of Kafka's clients speak: a magic of 8 bytes,
/// two int32 versions, then blocks behind their int32 size.
/// </summary>
internal static class SnappyFrame
{
    public const int HeaderSize = 16;

    /// <summary>What Kafka's producers put into one block.</summary>
    public const int BlockSize = 32 * 1024;

    /// <summary>
    /// No snappy block grows more than this: its best element is three bytes that copy 64, which is 21.3 times. A block
    /// that declares more is a lie, and is refused before memory is taken.
    /// </summary>
    public const int RatioMax = 22;

    /// <summary>Magic, version 1, oldest compatible version 1.</summary>
    public static ReadOnlySpan<byte> Header =>
        [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1];

    private const int MagicSize = 8;

    /// <summary>Whether the bytes start with the framing's header; if not, they are one raw block.</summary>
    public static bool IsAt(ReadOnlySpan<byte> source) =>
        source.Length >= HeaderSize && source[..MagicSize].SequenceEqual(Header[..MagicSize]);

    /// <summary>Whether the header that <see cref="IsAt"/> found is of a version that can be read.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> source) =>
        BinaryPrimitives.ReadInt32BigEndian(source[MagicSize..]) >= 1;
}
