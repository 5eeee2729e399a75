using System.Globalization;

namespace Millrace.Broker;

/// <summary>Which codec batches of a topic are stored in. The numbers are those of a batch's attributes.</summary>
public enum TopicCompression : sbyte
{
    /// <summary>Whatever the producer chose.</summary>
    Producer = -1,
    Uncompressed = 0,
    Gzip = 1,
    Snappy = 2,
    Lz4 = 3,
    Zstd = 4,
}

/// <summary>
/// The effective configs of one topic, read once: its own, else the broker's, else the defaults. Immutable; any thread.
/// A change makes a new one, which replaces the old by one reference.
/// </summary>
public sealed class TopicConfig
{
    private TopicConfig(Func<string, ConfigValue> read)
    {
        var forced = read("internal.segment.bytes");
        SegmentBytes = forced.IsNull ? read("segment.bytes").Int : forced.Int;
        SegmentMs = read("segment.ms").Long;
        SegmentJitterMs = read("segment.jitter.ms").Long;
        SegmentIndexBytes = read("segment.index.bytes").Int;
        IndexIntervalBytes = read("index.interval.bytes").Int;
        Preallocate = read("preallocate").Boolean;
        RetentionMs = read("retention.ms").Long;
        RetentionBytes = read("retention.bytes").Long;
        FileDeleteDelayMs = read("file.delete.delay.ms").Long;
        FlushMessages = read("flush.messages").Long;
        FlushMs = read("flush.ms").Long;
        FlushBeforeAck = read(TopicConfigs.FlushBeforeAck).Boolean;
        MaxMessageBytes = read("max.message.bytes").Int;
        MaxDecompressedMessageBytes = read("max.decompressed.message.bytes").Int;
        TimestampIsLogAppendTime = read("message.timestamp.type").Text == "LogAppendTime";
        TimestampBeforeMaxMs = read("message.timestamp.before.max.ms").Long;
        TimestampAfterMaxMs = read("message.timestamp.after.max.ms").Long;
        Compression = CompressionOf(read("compression.type").Text);
        CompressionLevel = Compression switch
        {
            TopicCompression.Gzip => read("compression.gzip.level").Int,
            TopicCompression.Lz4 => read("compression.lz4.level").Int,
            TopicCompression.Zstd => read("compression.zstd.level").Int,
            _ => 0,
        };
        var policies = read("cleanup.policy").Items;
        IsCompacted = Array.IndexOf(policies, "compact") >= 0;
        IsDeleted = Array.IndexOf(policies, "delete") >= 0;
        DeleteRetentionMs = read("delete.retention.ms").Long;
        MinCompactionLagMs = read("min.compaction.lag.ms").Long;
        MaxCompactionLagMs = read("max.compaction.lag.ms").Long;
        MinCleanableDirtyRatio = read("min.cleanable.dirty.ratio").Number;
        MinInsyncReplicas = read("min.insync.replicas").Int;
        UncleanLeaderElection = read("unclean.leader.election.enable").Boolean;
        LeaderThrottledReplicas = read("leader.replication.throttled.replicas").Items;
        FollowerThrottledReplicas = read("follower.replication.throttled.replicas").Items;
        MayBeDeadLetterQueue = read("errors.deadletterqueue.group.enable").Boolean;
    }

    public int SegmentBytes { get; }

    public long SegmentMs { get; }

    public long SegmentJitterMs { get; }

    public int SegmentIndexBytes { get; }

    public int IndexIntervalBytes { get; }

    public bool Preallocate { get; }

    /// <summary>-1 for never.</summary>
    public long RetentionMs { get; }

    /// <summary>-1 for no bound.</summary>
    public long RetentionBytes { get; }

    public long FileDeleteDelayMs { get; }

    public long FlushMessages { get; }

    public long FlushMs { get; }

    /// <summary>See <see cref="TopicConfigs.FlushBeforeAck"/>.</summary>
    public bool FlushBeforeAck { get; }

    public int MaxMessageBytes { get; }

    public int MaxDecompressedMessageBytes { get; }

    /// <summary>True for LogAppendTime, false for CreateTime.</summary>
    public bool TimestampIsLogAppendTime { get; }

    public long TimestampBeforeMaxMs { get; }

    public long TimestampAfterMaxMs { get; }

    public TopicCompression Compression { get; }

    /// <summary>Level of <see cref="Compression"/>; 0 where that has none.</summary>
    public int CompressionLevel { get; }

    /// <summary>True where cleanup.policy has compact.</summary>
    public bool IsCompacted { get; }

    /// <summary>True where cleanup.policy has delete.</summary>
    public bool IsDeleted { get; }

    public long DeleteRetentionMs { get; }

    public long MinCompactionLagMs { get; }

    public long MaxCompactionLagMs { get; }

    public double MinCleanableDirtyRatio { get; }

    public int MinInsyncReplicas { get; }

    public bool UncleanLeaderElection { get; }

    /// <summary>partition:broker pairs, or a single *.</summary>
    public IReadOnlyList<string> LeaderThrottledReplicas { get; }

    /// <summary>partition:broker pairs, or a single *.</summary>
    public IReadOnlyList<string> FollowerThrottledReplicas { get; }

    public bool MayBeDeadLetterQueue { get; }

    /// <summary>
    /// Reads a topic's effective configs; never fails, since stored values were validated when they were set.
    /// </summary>
    /// <param name="overrides">The topic's own configs.</param>
    /// <param name="broker">The broker's effective configs.</param>
    public static TopicConfig Read(IReadOnlyDictionary<string, string> overrides, ConfigValues broker) =>
        new(name =>
        {
            var definition = TopicConfigs.Table[name];
            return ConfigValue.ReadStored(definition, EffectiveText(definition, overrides, broker));
        });

    /// <summary>The text of a topic's or group's config: its own, else the broker's, else the default.</summary>
    internal static string? EffectiveText(
        ConfigDefinition definition, IReadOnlyDictionary<string, string> overrides, ConfigValues broker)
    {
        if (overrides.TryGetValue(definition.Name, out var own))
            return own;
        foreach (var synonym in definition.BrokerSynonyms)
        {
            var value = broker[synonym.Name];
            if (value.IsNull)
                continue;
            if (synonym.Factor != 1)
            {
                var scaled = (long)value.Number * synonym.Factor;
                return Number(definition.Name == "retention.ms" && scaled < 0 ? -1 : scaled);
            }

            // Any negative retention means for ever; Kafka answers -1.
            if (definition.Name == "retention.ms" && value.Long < 0)
                return Number(-1);
            // The broker lists the assignors it has, the first is what a group gets.
            var isFirstOfList = value.Type == ConfigType.List && definition.Type != ConfigType.List;
            return isFirstOfList ? value.Items[0] : value.Render();
        }

        return definition.DefaultText;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static TopicCompression CompressionOf(string? name) => name switch
    {
        "uncompressed" => TopicCompression.Uncompressed,
        "gzip" => TopicCompression.Gzip,
        "snappy" => TopicCompression.Snappy,
        "lz4" => TopicCompression.Lz4,
        "zstd" => TopicCompression.Zstd,
        _ => TopicCompression.Producer,
    };
}
