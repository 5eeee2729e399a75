using System.Runtime.InteropServices;

namespace Millrace.Protocol.Compression;

/// <summary>The C interface of libsnappy (snappy-c.h). Status 0 is success.</summary>
internal static unsafe partial class SnappyNative
{
    [LibraryImport(NativeCodecs.Snappy, EntryPoint = "snappy_compress")]
    public static partial int Compress(byte* source, nuint sourceSize, byte* target, nuint* targetSize);

    [LibraryImport(NativeCodecs.Snappy, EntryPoint = "snappy_uncompress")]
    public static partial int Uncompress(byte* source, nuint sourceSize, byte* target, nuint* targetSize);

    [LibraryImport(NativeCodecs.Snappy, EntryPoint = "snappy_max_compressed_length")]
    public static partial nuint MaxCompressedLength(nuint sourceSize);

    [LibraryImport(NativeCodecs.Snappy, EntryPoint = "snappy_uncompressed_length")]
    public static partial int UncompressedLength(byte* source, nuint sourceSize, nuint* length);
}
