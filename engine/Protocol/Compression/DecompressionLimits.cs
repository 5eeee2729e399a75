namespace Millrace.Protocol.Compression;

/// <summary>
/// How much a payload may grow. Reached, decompression stops: what a bomb declares or holds beyond costs nothing.
/// </summary>
/// <param name="BytesMax">Plain bytes of one payload.</param>
/// <param name="RatioMax">Plain bytes per compressed byte, above a first 64 KiB.</param>
public readonly record struct DecompressionLimits(long BytesMax, int RatioMax)
{
    /// <summary>
    /// Plain bytes that no ratio forbids: a payload of a few bytes may well repeat itself that often.
    /// </summary>
    public const int RatioFree = 64 * 1024;

    /// <summary>
    /// For walks that keep nothing but a window: as much as Kafka takes, which accepts a batch of 2 KB that holds 64 MB
    /// (zstd packs zeros 32,000 to 1), but not without end. 2^31-1 is the most that a record's size can say.
    /// </summary>
    public static DecompressionLimits Streaming => new(int.MaxValue, int.MaxValue);

    /// <summary>Plain bytes that a payload of this size may have.</summary>
    public long PlainMax(int compressedSize) =>
        Math.Min(BytesMax, Math.Max(RatioFree, compressedSize * (long)RatioMax));
}
