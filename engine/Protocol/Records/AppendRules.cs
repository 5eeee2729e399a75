using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>What a topic's configs demand of an append. The defaults are Kafka's.</summary>
public sealed record AppendRules
{
    public static AppendRules Default { get; } = new();

    public AppendOrigin Origin { get; init; } = AppendOrigin.Client;

    /// <summary><c>max.message.bytes</c>: largest batch, as stored.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024 + 12;

    /// <summary><c>message.timestamp.type</c>.</summary>
    public TimestampType TimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary><c>message.timestamp.before.max.ms</c>.</summary>
    public long TimestampBeforeMaxMs { get; init; } = long.MaxValue;

    /// <summary><c>message.timestamp.after.max.ms</c>.</summary>
    public long TimestampAfterMaxMs { get; init; } = 3_600_000;

    /// <summary><c>cleanup.policy</c> has <c>compact</c>.</summary>
    public bool RequiresKeys { get; init; }

    /// <summary><c>compression.type</c>; null for <c>producer</c>, which keeps what came.</summary>
    public Codec? TargetCodec { get; init; }

    /// <summary><c>max.decompressed.message.bytes</c>: largest record inside a compressed batch.</summary>
    public int MaxDecompressedRecordBytes { get; init; } = 2_147_483_639;
}
