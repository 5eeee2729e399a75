namespace Millrace.Protocol.Compression;

/// <summary>
/// A codec with its level, as the configs <c>compression.type</c> and <c>compression.gzip.level</c>, <c>.lz4.level</c>
/// and
/// <c>.zstd.level</c> name them.
/// </summary>
public readonly record struct Codec
{
    /// <summary>zlib's own default, 6.</summary>
    public const int GzipLevelDefault = -1;
    public const int GzipLevelMin = 1;
    public const int GzipLevelMax = 9;
    public const int Lz4LevelDefault = 9;
    public const int Lz4LevelMin = 1;
    public const int Lz4LevelMax = 17;
    public const int ZstdLevelDefault = 3;
    public const int ZstdLevelMin = -131072;
    public const int ZstdLevelMax = 22;

    /// <summary>The codec at its default level.</summary>
    public Codec(CompressionCodec type)
        : this(type, DefaultLevel(type))
    {
    }

    /// <param name="type">A known codec.</param>
    /// <param name="level">In the range of <see cref="IsLevel"/>; passed over by codecs without levels.</param>
    public Codec(CompressionCodec type, int level)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)type, (byte)CompressionCodec.Zstd, nameof(type));
        if (!IsLevel(type, level))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, $"not a level of {type}");
        }

        Type = type;
        Level = level;
    }

    public static Codec None => default;

    public CompressionCodec Type { get; }

    public int Level { get; }

    /// <summary>Whether a config may set this level.</summary>
    public static bool IsLevel(CompressionCodec type, int level) => type switch
    {
        CompressionCodec.Gzip => level is GzipLevelDefault or (>= GzipLevelMin and <= GzipLevelMax),
        CompressionCodec.Lz4 => level is >= Lz4LevelMin and <= Lz4LevelMax,
        CompressionCodec.Zstd => level is >= ZstdLevelMin and <= ZstdLevelMax,
        _ => true,
    };

    private static int DefaultLevel(CompressionCodec type) => type switch
    {
        CompressionCodec.Gzip => GzipLevelDefault,
        CompressionCodec.Lz4 => Lz4LevelDefault,
        CompressionCodec.Zstd => ZstdLevelDefault,
        _ => 0,
    };
}
