using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Millrace.Protocol.Compression;

/// <summary>
/// Compresses payloads with the framings that Kafka's clients read. Owned by one thread; its native contexts are made
/// at first use and kept. A codec library that fails is our own fault or the machine's, so that throws.
/// </summary>
public sealed unsafe class Compressor : IDisposable
{
    private nint lz4;
    private nint zstd;

    public Compressor() => NativeCodecs.Register();

    ~Compressor() => Release();

    /// <summary>Compresses <paramref name="source"/> as one payload.</summary>
    /// <param name="codec">Any but none.</param>
    /// <param name="source">Plain bytes; not inside <paramref name="target"/>.</param>
    /// <param name="target">Grows as needed; what it holds before <paramref name="at"/> stays.</param>
    /// <param name="at">Where in the target the payload starts.</param>
    /// <returns>Size of the payload in bytes.</returns>
    public int Compress(Codec codec, ReadOnlySpan<byte> source, NativeBuffer target, int at)
    {
        ArgumentNullException.ThrowIfNull(target);
        return codec.Type switch
        {
            CompressionCodec.Gzip => Gzip(codec.Level, source, target, at),
            CompressionCodec.Snappy => Snappy(source, target, at),
            CompressionCodec.Lz4 => Lz4(codec.Level, source, target, at),
            CompressionCodec.Zstd => Zstd(codec.Level, source, target, at),
            _ => throw new ArgumentOutOfRangeException(nameof(codec), codec.Type, "compresses nothing"),
        };
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private static int Gzip(int level, ReadOnlySpan<byte> source, NativeBuffer target, int at)
    {
        ZlibNative.Stream stream = default;
        Check(ZlibNative.DeflateInit(&stream, level, ZlibNative.MethodDeflate, ZlibNative.WindowBitsGzip,
            ZlibNative.MemoryLevelDefault, ZlibNative.StrategyDefault) == ZlibNative.Ok);
        int written = 0;
        target.EnsureCapacity(checked(at + (source.Length / 2) + 64));
        fixed (byte* start = source)
        {
            stream.NextIn = start;
            stream.AvailableIn = (uint)source.Length;
            int status;
            do
            {
                if (target.Capacity == at + written)
                {
                    target.EnsureCapacity(checked(target.Capacity + 1));
                }

                Span<byte> room = target.Whole[(at + written)..];
                stream.NextOut = (byte*)Unsafe.AsPointer(ref room[0]);
                stream.AvailableOut = (uint)room.Length;
                status = ZlibNative.Deflate(&stream, ZlibNative.Finish);
                written += room.Length - (int)stream.AvailableOut;
            }
            while (status is ZlibNative.Ok or ZlibNative.BufferError);

            _ = ZlibNative.DeflateEnd(&stream);
            Check(status == ZlibNative.StreamEnd);
        }

        return written;
    }

    /// <summary>
    /// Xerial's framing: a header, then blocks of 32 KiB, each with its compressed size (int32) in front.
    /// </summary>
    private static int Snappy(ReadOnlySpan<byte> source, NativeBuffer target, int at)
    {
        int blockBound = (int)SnappyNative.MaxCompressedLength(SnappyFrame.BlockSize) + sizeof(int);
        int blocks = (source.Length + SnappyFrame.BlockSize - 1) / SnappyFrame.BlockSize;
        target.EnsureCapacity(checked(at + SnappyFrame.HeaderSize + (blocks * blockBound)));
        Span<byte> room = target.Whole[at..];
        SnappyFrame.Header.CopyTo(room);
        int written = SnappyFrame.HeaderSize;
        for (; !source.IsEmpty; source = source[Math.Min(source.Length, SnappyFrame.BlockSize)..])
        {
            ReadOnlySpan<byte> block = source[..Math.Min(source.Length, SnappyFrame.BlockSize)];
            Span<byte> packed = room[(written + sizeof(int))..];
            nuint size = (nuint)packed.Length;
            fixed (byte* from = block, to = packed)
            {
                Check(SnappyNative.Compress(from, (nuint)block.Length, to, &size) == 0);
            }

            BinaryPrimitives.WriteInt32BigEndian(room[written..], (int)size);
            written += sizeof(int) + (int)size;
        }

        return written;
    }

    /// <summary>A frame of independent 64 KiB blocks without checksums, as Kafka's own writer makes them.</summary>
    private int Lz4(int level, ReadOnlySpan<byte> source, NativeBuffer target, int at)
    {
        if (lz4 == 0)
        {
            Check(Lz4Native.IsError(Lz4Native.CreateCompressionContext(out lz4, Lz4Native.Version)) == 0);
        }

        Lz4Native.Preferences preferences = new()
        {
            BlockSizeId = Lz4Native.BlockSize64KiB,
            BlockMode = Lz4Native.BlocksIndependent,
            CompressionLevel = Lz4FrameLevel(level),
            AutoFlush = 1,
        };
        nuint bound = Lz4Native.CompressBound((nuint)source.Length, &preferences);
        target.EnsureCapacity(checked(at + Lz4Frame.HeaderSizeMax + (int)bound));
        Span<byte> room = target.Whole[at..];
        fixed (byte* from = source, to = room)
        {
            nuint written = Lz4Native.CompressBegin(lz4, to, (nuint)room.Length, &preferences);
            Check(Lz4Native.IsError(written) == 0);
            if (!source.IsEmpty)
            {
                nuint body = Lz4Native.CompressUpdate(
                    lz4, to + written, (nuint)room.Length - written, from, (nuint)source.Length, null);
                Check(Lz4Native.IsError(body) == 0);
                written += body;
            }

            nuint end = Lz4Native.CompressEnd(lz4, to + written, (nuint)room.Length - written, null);
            Check(Lz4Native.IsError(end) == 0);
            return (int)(written + end);
        }
    }

    /// <summary>
    /// Kafka's levels in liblz4's terms: the default 9 is the fast compressor, every other one the high one; that one
    /// begins at 3 and ends at 12 in the frame interface, and the levels beyond behave like those.
    /// </summary>
    private static int Lz4FrameLevel(int level) => level == Codec.Lz4LevelDefault ? 0 : Math.Clamp(level, 3, 12);

    private int Zstd(int level, ReadOnlySpan<byte> source, NativeBuffer target, int at)
    {
        if (zstd == 0)
        {
            zstd = ZstdNative.CreateCompressor();
            Check(zstd != 0);
        }

        Check(ZstdNative.IsError(ZstdNative.SetParameter(zstd, ZstdNative.ParameterCompressionLevel, level)) == 0);
        target.EnsureCapacity(checked(at + (int)ZstdNative.CompressBound((nuint)source.Length)));
        Span<byte> room = target.Whole[at..];
        fixed (byte* from = source, to = room)
        {
            nuint written = ZstdNative.Compress(zstd, to, (nuint)room.Length, from, (nuint)source.Length);
            Check(ZstdNative.IsError(written) == 0);
            return (int)written;
        }
    }

    private static void Check(bool succeeded, [CallerArgumentExpression(nameof(succeeded))] string call = "")
    {
        if (!succeeded)
        {
            throw new InvalidOperationException($"a codec library failed: {call}");
        }
    }

    private void Release()
    {
        if (lz4 != 0)
        {
            _ = Lz4Native.FreeCompressionContext(lz4);
            lz4 = 0;
        }

        if (zstd != 0)
        {
            _ = ZstdNative.FreeCompressor(zstd);
            zstd = 0;
        }
    }
}
