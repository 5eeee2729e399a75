using System.Runtime.InteropServices;

namespace Millrace.Protocol.Compression;

/// <summary>The frame interface of liblz4 (lz4frame.h).</summary>
internal static unsafe partial class Lz4Native
{
    /// <summary>LZ4F_VERSION: the interface version that contexts are created for.</summary>
    public const uint Version = 100;

    public const int BlockSize64KiB = 4;
    public const int BlocksIndependent = 1;

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_createCompressionContext")]
    public static partial nuint CreateCompressionContext(out nint context, uint version);

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_freeCompressionContext")]
    public static partial nuint FreeCompressionContext(nint context);

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_compressBound")]
    public static partial nuint CompressBound(nuint sourceSize, Preferences* preferences);

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_compressBegin")]
    public static partial nuint CompressBegin(nint context, byte* target, nuint capacity, Preferences* preferences);

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_compressUpdate")]
    public static partial nuint CompressUpdate(
        nint context, byte* target, nuint capacity, byte* source, nuint sourceSize, void* options);

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_compressEnd")]
    public static partial nuint CompressEnd(nint context, byte* target, nuint capacity, void* options);

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_createDecompressionContext")]
    public static partial nuint CreateDecompressionContext(out nint context, uint version);

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_freeDecompressionContext")]
    public static partial nuint FreeDecompressionContext(nint context);

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_resetDecompressionContext")]
    public static partial void ResetDecompressionContext(nint context);

    [LibraryImport(NativeCodecs.Lz4, EntryPoint = "LZ4F_decompress")]
    public static partial nuint Decompress(
        nint context, byte* target, nuint* targetSize, byte* source, nuint* sourceSize, void* options);

    /// <summary>LZ4F_preferences_t with its LZ4F_frameInfo_t in front.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Preferences
    {
        public int BlockSizeId;
        public int BlockMode;
        public int ContentChecksum;
        public int FrameType;
        public ulong ContentSize;
        public uint DictionaryId;
        public int BlockChecksum;
        public int CompressionLevel;
        public uint AutoFlush;
        public uint FavorDecompressionSpeed;
        public fixed uint Reserved[3];
    }
}
