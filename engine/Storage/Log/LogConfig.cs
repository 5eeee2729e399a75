using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Storage;

/// <summary>
/// The topic's configs that its logs go by: an immutable snapshot that is replaced as a whole when a config changes.
/// The defaults are Kafka's.
/// </summary>
public sealed record LogConfig
{
    private AppendRules? clientRules;
    private AppendRules? coordinatorRules;
    private AppendRules? raftRules;

    public static LogConfig Default { get; } = new();

    /// <summary><c>segment.bytes</c>.</summary>
    public int SegmentBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary><c>segment.ms</c>.</summary>
    public long SegmentMs { get; init; } = 7 * 24 * 3_600_000L;

    /// <summary><c>segment.jitter.ms</c>.</summary>
    public long SegmentJitterMs { get; init; }

    /// <summary><c>segment.index.bytes</c>.</summary>
    public int SegmentIndexBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary><c>index.interval.bytes</c>.</summary>
    public int IndexIntervalBytes { get; init; } = 4096;

    /// <summary><c>retention.ms</c>; -1 for ever.</summary>
    public long RetentionMs { get; init; } = 7 * 24 * 3_600_000L;

    /// <summary><c>retention.bytes</c>; -1 without bound.</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary><c>file.delete.delay.ms</c>.</summary>
    public long FileDeleteDelayMs { get; init; } = 60_000;

    /// <summary><c>cleanup.policy</c> has <c>delete</c>.</summary>
    public bool Deletes { get; init; } = true;

    /// <summary><c>cleanup.policy</c> has <c>compact</c>.</summary>
    public bool Compacts { get; init; }

    /// <summary><c>flush.messages</c>: records after which the log is synced.</summary>
    public long FlushMessages { get; init; } = long.MaxValue;

    /// <summary><c>flush.ms</c>: time after which the log is synced.</summary>
    public long FlushMs { get; init; } = long.MaxValue;

    /// <summary><c>millrace.flush.before.ack</c>: an append is on the device before it is acknowledged.</summary>
    public bool FlushesBeforeAck { get; init; }

    /// <summary><c>max.message.bytes</c>.</summary>
    public int MaxMessageBytes { get; init; } = AppendRules.Default.MaxMessageBytes;

    /// <summary><c>message.timestamp.type</c>.</summary>
    public TimestampType TimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary><c>message.timestamp.before.max.ms</c>.</summary>
    public long TimestampBeforeMaxMs { get; init; } = AppendRules.Default.TimestampBeforeMaxMs;

    /// <summary><c>message.timestamp.after.max.ms</c>.</summary>
    public long TimestampAfterMaxMs { get; init; } = AppendRules.Default.TimestampAfterMaxMs;

    /// <summary><c>compression.type</c> with its level; null for <c>producer</c>.</summary>
    public Codec? TargetCodec { get; init; }

    /// <summary><c>max.decompressed.message.bytes</c>.</summary>
    public int MaxDecompressedRecordBytes { get; init; } = AppendRules.Default.MaxDecompressedRecordBytes;

    /// <summary>What these configs demand of an append as leader.</summary>
    public AppendRules RulesFor(AppendOrigin origin) => origin switch
    {
        AppendOrigin.Client => clientRules ??= MakeRules(origin),
        AppendOrigin.Coordinator => coordinatorRules ??= MakeRules(origin),
        AppendOrigin.RaftLeader => raftRules ??= MakeRules(origin),
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "appends as a follower"),
    };

    private AppendRules MakeRules(AppendOrigin origin) => new()
    {
        Origin = origin,
        MaxMessageBytes = MaxMessageBytes,
        TimestampType = TimestampType,
        TimestampBeforeMaxMs = TimestampBeforeMaxMs,
        TimestampAfterMaxMs = TimestampAfterMaxMs,
        RequiresKeys = Compacts,
        TargetCodec = TargetCodec,
        MaxDecompressedRecordBytes = MaxDecompressedRecordBytes,
    };
}
