using System.Runtime.InteropServices;

namespace Millrace.Protocol.Compression;

/// <summary>The stable part of libzstd (zstd.h).</summary>
internal static unsafe partial class ZstdNative
{
    public const int ParameterCompressionLevel = 100;
    public const int ResetSessionOnly = 1;

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_createCCtx")]
    public static partial nint CreateCompressor();

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeCompressor(nint context);

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetParameter(nint context, int parameter, int value);

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_compressBound")]
    public static partial nuint CompressBound(nuint sourceSize);

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_compress2")]
    public static partial nuint Compress(nint context, byte* target, nuint capacity, byte* source, nuint sourceSize);

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_createDCtx")]
    public static partial nint CreateDecompressor();

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecompressor(nint context);

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_sizeof_DCtx")]
    public static partial nuint SizeOfDecompressor(nint context);

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_DCtx_reset")]
    public static partial nuint ResetDecompressor(nint context, int directive);

    [LibraryImport(NativeCodecs.Zstd, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint DecompressStream(nint context, Area* output, Area* input);

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer, which look the same.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Area
    {
        public byte* Start;
        public nuint Size;
        public nuint Position;
    }
}
