namespace Millrace.Protocol.Compression;

/// <summary>
/// How the records of a batch are compressed: the low three bits of its attributes. Values 5 to 7 are unknown.
/// </summary>
public enum CompressionCodec : byte
{
    None = 0,
    Gzip = 1,
    Snappy = 2,
    Lz4 = 3,

    /// <summary>Only in magic 2, and only for Produce and Fetch of versions 7 and 10 on (KIP-110).</summary>
    Zstd = 4,
}
