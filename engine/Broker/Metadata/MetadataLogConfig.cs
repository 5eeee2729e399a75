namespace Millrace.Broker;

/// <summary>The configs that the files of the metadata log go by.</summary>
public sealed record MetadataLogConfig
{
    /// <summary><c>metadata.log.segment.bytes</c>.</summary>
    public int SegmentBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary><c>metadata.log.segment.ms</c>.</summary>
    public long SegmentMs { get; init; } = 7 * 24 * 3_600_000L;

    /// <summary><c>metadata.max.retention.bytes</c>; -1 without bound.</summary>
    public long RetentionBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary><c>metadata.max.retention.ms</c>; -1 for ever.</summary>
    public long RetentionMs { get; init; } = 7 * 24 * 3_600_000L;
}
