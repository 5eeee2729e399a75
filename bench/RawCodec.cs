using System.Runtime.InteropServices;
using Millrace.Protocol.Compression;

namespace Millrace.Bench;

/// <summary>
/// The bare calls of a codec's library over memory that is kept: no framing of Kafka's, no limits, nothing that grows.
/// What the engine's own codecs cost beyond this is the price of their care.
/// </summary>
internal sealed unsafe class RawCodec : IDisposable
{
    private readonly CompressionCodec codec;
    private readonly byte* plain;
    private readonly nuint plainSize;
    private readonly byte* packed;
    private readonly nuint packedCapacity;
    private readonly byte* target;
    private readonly nint compressor;
    private readonly nint decompressor;
    private readonly ZlibNative.Stream* inflater;
    private nuint packedSize;

    public RawCodec(Codec chosen, ReadOnlySpan<byte> text)
    {
        NativeCodecs.Register();
        codec = chosen.Type;
        Level = chosen.Level;
        plainSize = (nuint)text.Length;
        plain = (byte*)NativeMemory.Alloc(plainSize);
        text.CopyTo(new Span<byte>(plain, text.Length));
        target = (byte*)NativeMemory.Alloc(plainSize);
        packedCapacity = (2 * plainSize) + 1024;
        packed = (byte*)NativeMemory.Alloc(packedCapacity);
        inflater = (ZlibNative.Stream*)NativeMemory.AllocZeroed((nuint)sizeof(ZlibNative.Stream));
        switch (codec)
        {
            case CompressionCodec.Gzip:
                Require(ZlibNative.InflateInit(inflater, ZlibNative.WindowBitsGzip) == ZlibNative.Ok);
                break;
            case CompressionCodec.Lz4:
                Require(Lz4Native.IsError(Lz4Native.CreateCompressionContext(out compressor, Lz4Native.Version)) == 0);
                Require(
                    Lz4Native.IsError(Lz4Native.CreateDecompressionContext(out decompressor, Lz4Native.Version)) == 0);
                break;
            case CompressionCodec.Zstd:
                compressor = ZstdNative.CreateCompressor();
                decompressor = ZstdNative.CreateDecompressor();
                Require(compressor != 0 && decompressor != 0);
                break;
        }

        packedSize = Compress();
        Require(Decompress() == plainSize);
    }

    private int Level { get; }

    public nuint Compress() => packedSize = codec switch
    {
        CompressionCodec.Gzip => Deflate(),
        CompressionCodec.Snappy => Snappy(),
        CompressionCodec.Lz4 => Lz4(),
        _ => Zstd(),
    };

    public nuint Decompress() => codec switch
    {
        CompressionCodec.Gzip => Inflate(),
        CompressionCodec.Snappy => UnpackSnappy(),
        CompressionCodec.Lz4 => UnpackLz4(),
        _ => UnpackZstd(),
    };

    public void Dispose()
    {
        switch (codec)
        {
            case CompressionCodec.Gzip:
                _ = ZlibNative.InflateEnd(inflater);
                break;
            case CompressionCodec.Lz4:
                _ = Lz4Native.FreeCompressionContext(compressor);
                _ = Lz4Native.FreeDecompressionContext(decompressor);
                break;
            case CompressionCodec.Zstd:
                _ = ZstdNative.FreeCompressor(compressor);
                _ = ZstdNative.FreeDecompressor(decompressor);
                break;
        }

        NativeMemory.Free(plain);
        NativeMemory.Free(target);
        NativeMemory.Free(packed);
        NativeMemory.Free(inflater);
    }

    private static void Require(bool succeeded)
    {
        if (!succeeded)
        {
            throw new InvalidOperationException("a codec library failed");
        }
    }

    private nuint Deflate()
    {
        ZlibNative.Stream stream = default;
        Require(ZlibNative.DeflateInit(&stream, Level, ZlibNative.MethodDeflate, ZlibNative.WindowBitsGzip,
            ZlibNative.MemoryLevelDefault, ZlibNative.StrategyDefault) == ZlibNative.Ok);
        stream.NextIn = plain;
        stream.AvailableIn = (uint)plainSize;
        stream.NextOut = packed;
        stream.AvailableOut = (uint)packedCapacity;
        Require(ZlibNative.Deflate(&stream, ZlibNative.Finish) == ZlibNative.StreamEnd);
        _ = ZlibNative.DeflateEnd(&stream);
        return packedCapacity - stream.AvailableOut;
    }

    private nuint Inflate()
    {
        // .NET's zlib has no reset on every version: a new stream is what the engine makes, too.
        Require(ZlibNative.InflateEnd(inflater) == ZlibNative.Ok);
        Require(ZlibNative.InflateInit(inflater, ZlibNative.WindowBitsGzip) == ZlibNative.Ok);
        inflater->NextIn = packed;
        inflater->AvailableIn = (uint)packedSize;
        inflater->NextOut = target;
        inflater->AvailableOut = (uint)plainSize;
        Require(ZlibNative.Inflate(inflater, ZlibNative.Finish) == ZlibNative.StreamEnd);
        return plainSize - inflater->AvailableOut;
    }

    private nuint Snappy()
    {
        nuint size = packedCapacity;
        Require(SnappyNative.Compress(plain, plainSize, packed, &size) == 0);
        return size;
    }

    private nuint UnpackSnappy()
    {
        nuint size = plainSize;
        Require(SnappyNative.Uncompress(packed, packedSize, target, &size) == 0);
        return size;
    }

    private nuint Lz4()
    {
        Lz4Native.Preferences preferences = new()
        {
            BlockSizeId = Lz4Native.BlockSize64KiB,
            BlockMode = Lz4Native.BlocksIndependent,
            AutoFlush = 1,
        };
        nuint written = Lz4Native.CompressBegin(compressor, packed, packedCapacity, &preferences);
        written += Lz4Native.CompressUpdate(
            compressor, packed + written, packedCapacity - written, plain, plainSize, null);
        return written + Lz4Native.CompressEnd(compressor, packed + written, packedCapacity - written, null);
    }

    private nuint UnpackLz4()
    {
        nuint written = plainSize;
        nuint read = packedSize;
        Require(Lz4Native.Decompress(decompressor, target, &written, packed, &read, null) == 0);
        return written;
    }

    private nuint Zstd()
    {
        Require(
            ZstdNative.IsError(ZstdNative.SetParameter(compressor, ZstdNative.ParameterCompressionLevel, Level)) == 0);
        return ZstdNative.Compress(compressor, packed, packedCapacity, plain, plainSize);
    }

    private nuint UnpackZstd()
    {
        ZstdNative.Area input = new() { Start = packed, Size = packedSize };
        ZstdNative.Area output = new() { Start = target, Size = plainSize };
        Require(ZstdNative.DecompressStream(decompressor, &output, &input) == 0);
        return output.Position;
    }
}
