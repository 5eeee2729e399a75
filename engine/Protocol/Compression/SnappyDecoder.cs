using System.Buffers.Binary;

namespace Millrace.Protocol.Compression;

/// <summary>
/// snappy in Xerial's framing, or one raw block where the framing is missing, which some clients of old send. A block
/// is decoded whole, since snappy has no streams: straight into the target where it fits.
/// </summary>
internal sealed unsafe class SnappyDecoder : IDisposable
{
    /// <summary>Blocks of honest producers take 32 KiB; room for larger ones is given back.</summary>
    private const int KeptBytes = 1024 * 1024;

    private readonly NativeBuffer block = new();
    private int consumed;
    private int blockLength;
    private int blockRead;
    private bool raw;

    public void Begin()
    {
        block.ShrinkTo(KeptBytes);
        consumed = 0;
        blockLength = 0;
        blockRead = 0;
        raw = false;
    }

    /// <param name="source">The whole payload, the same on every call.</param>
    /// <param name="target">What to fill.</param>
    /// <param name="plainLeft">Bytes that the limits still allow: a block that declares more is not decoded.</param>
    /// <param name="written">Bytes that were filled.</param>
    public CodecStep Read(ReadOnlySpan<byte> source, Span<byte> target, long plainLeft, out int written)
    {
        written = 0;
        while (written < target.Length)
        {
            if (blockRead < blockLength)
            {
                int taken = Math.Min(blockLength - blockRead, target.Length - written);
                block.Whole.Slice(blockRead, taken).CopyTo(target[written..]);
                blockRead += taken;
                written += taken;
                continue;
            }

            if (!NextBlock(source, out ReadOnlySpan<byte> packed))
            {
                return CodecStep.Bad;
            }

            if (packed.IsEmpty)
            {
                return CodecStep.End;
            }

            CodecStep step = Decode(packed, target[written..], plainLeft - written, ref written);
            if (step != CodecStep.More)
            {
                return step;
            }
        }

        return CodecStep.More;
    }

    public void Dispose() => block.Dispose();

    /// <summary>The next compressed block; none at the end of the payload.</summary>
    private bool NextBlock(ReadOnlySpan<byte> source, out ReadOnlySpan<byte> packed)
    {
        packed = default;
        if (consumed == 0)
        {
            raw = !SnappyFrame.IsAt(source);
            if (raw)
            {
                consumed = source.Length;
                packed = source;
                return !source.IsEmpty;
            }
        }

        // A header may stand again between blocks, where streams were put one behind the other.
        while (!raw && SnappyFrame.IsAt(source[consumed..]))
        {
            if (!SnappyFrame.IsReadable(source[consumed..]))
            {
                return false;
            }

            consumed += SnappyFrame.HeaderSize;
        }

        if (consumed == source.Length)
        {
            return true;
        }

        if (source.Length - consumed < sizeof(int))
        {
            return false;
        }

        int size = BinaryPrimitives.ReadInt32BigEndian(source[consumed..]);
        consumed += sizeof(int);
        if (size <= 0 || size > source.Length - consumed)
        {
            return false;
        }

        packed = source.Slice(consumed, size);
        consumed += size;
        return true;
    }

    private CodecStep Decode(ReadOnlySpan<byte> packed, Span<byte> target, long plainLeft, ref int written)
    {
        fixed (byte* from = packed)
        {
            nuint declared;
            if (SnappyNative.UncompressedLength(from, (nuint)packed.Length, &declared) != 0
                || declared > (ulong)packed.Length * SnappyFrame.RatioMax
                || declared > int.MaxValue)
            {
                return CodecStep.Bad;
            }

            if ((long)declared > plainLeft)
            {
                return CodecStep.TooLarge;
            }

            bool fits = declared <= (nuint)target.Length;
            if (!fits)
            {
                block.EnsureCapacity((int)declared);
            }

            fixed (byte* to = fits ? target : block.Whole)
            {
                nuint size = declared;
                if (SnappyNative.Uncompress(from, (nuint)packed.Length, to, &size) != 0)
                {
                    return CodecStep.Bad;
                }
            }

            blockRead = 0;
            blockLength = fits ? 0 : (int)declared;
            written += fits ? (int)declared : 0;
            return CodecStep.More;
        }
    }
}
