using System.Runtime.InteropServices;

namespace Millrace.Protocol.Compression;

/// <summary>
/// zlib as the framework links it, called directly: its streams allocate several objects for each batch, and they
/// cannot be begun again. The struct and the entry points are those of System.IO.Compression that .NET 9 and 10 have in
/// common; the codec tests run them in both directions, and a native publish binds them, so that a framework that
/// changes them is noticed.
/// </summary>
internal static unsafe partial class ZlibNative
{
    public const int Ok = 0;
    public const int StreamEnd = 1;

    /// <summary>No progress was possible: more input or more room is needed.</summary>
    public const int BufferError = -5;

    public const int NoFlush = 0;
    public const int Finish = 4;
    public const int MethodDeflate = 8;
    public const int MemoryLevelDefault = 8;
    public const int StrategyDefault = 0;

    /// <summary>The full window of 32 KiB (15), with gzip's header and trailer (16).</summary>
    public const int WindowBitsGzip = 15 + 16;

    [LibraryImport(NativeCodecs.Zlib, EntryPoint = "CompressionNative_InflateInit2_")]
    public static partial int InflateInit(Stream* stream, int windowBits);

    [LibraryImport(NativeCodecs.Zlib, EntryPoint = "CompressionNative_Inflate")]
    public static partial int Inflate(Stream* stream, int flush);

    [LibraryImport(NativeCodecs.Zlib, EntryPoint = "CompressionNative_InflateEnd")]
    public static partial int InflateEnd(Stream* stream);

    [LibraryImport(NativeCodecs.Zlib, EntryPoint = "CompressionNative_DeflateInit2_")]
    public static partial int DeflateInit(
        Stream* stream, int level, int method, int windowBits, int memoryLevel, int strategy);

    [LibraryImport(NativeCodecs.Zlib, EntryPoint = "CompressionNative_Deflate")]
    public static partial int Deflate(Stream* stream, int flush);

    [LibraryImport(NativeCodecs.Zlib, EntryPoint = "CompressionNative_DeflateEnd")]
    public static partial int DeflateEnd(Stream* stream);

    /// <summary>PAL_ZStream.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Stream
    {
        public byte* NextIn;
        public byte* NextOut;
        public nint Message;
        public nint State;
        public uint AvailableIn;
        public uint AvailableOut;
    }
}
