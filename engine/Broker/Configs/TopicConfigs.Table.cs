namespace Millrace.Broker;

/// <content>Kafka's topic configs.</content>
public static partial class TopicConfigs
{
    private static readonly ConfigDefinition[] Kafka =
    [
        new("cleanup.policy", ConfigType.List, "delete", ConfigImportance.Medium)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false, "compact", "delete"),
            BrokerSynonyms = [new("log.cleanup.policy")],
            Doc = "What removes old data: delete by age and size, compact to the last record of each key, both, "
                + "or (empty) nothing.",
        },
        new("compression.gzip.level", ConfigType.Int, "-1", ConfigImportance.Medium)
        {
            Rule = ConfigRule.GzipLevel,
            BrokerSynonyms = [new("compression.gzip.level")],
            Doc = "Level for batches that the broker compresses with gzip.",
        },
        new("compression.lz4.level", ConfigType.Int, "9", ConfigImportance.Medium)
        {
            Rule = ConfigRule.Between(1, 17),
            BrokerSynonyms = [new("compression.lz4.level")],
            Doc = "Level for batches that the broker compresses with lz4.",
        },
        new("compression.type", ConfigType.String, "producer", ConfigImportance.Medium)
        {
            Rule = ConfigRule.OneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"),
            BrokerSynonyms = [new("compression.type")],
            Doc = "The codec that batches are stored in; producer keeps what the producer chose.",
        },
        new("compression.zstd.level", ConfigType.Int, "3", ConfigImportance.Medium)
        {
            Rule = ConfigRule.Between(-131072, 22),
            BrokerSynonyms = [new("compression.zstd.level")],
            Doc = "Level for batches that the broker compresses with zstd.",
        },
        new("delete.retention.ms", ConfigType.Long, "86400000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("log.cleaner.delete.retention.ms")],
            Doc = "How long a tombstone stays readable after compaction passed it.",
        },
        new("errors.deadletterqueue.group.enable", ConfigType.Boolean, "false", ConfigImportance.Medium)
        {
            Doc = "Whether share groups may use this topic as their dead letter queue.",
        },
        new("file.delete.delay.ms", ConfigType.Long, "60000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("log.segment.delete.delay.ms")],
            Doc = "How long files of a deleted segment stay on disk under another name.",
        },
        new("flush.messages", ConfigType.Long, "9223372036854775807", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("log.flush.interval.messages")],
            Doc = "Records after which a log is flushed to disk.",
        },
        new("flush.ms", ConfigType.Long, "9223372036854775807", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("log.flush.interval.ms"), new("log.flush.scheduler.interval.ms")],
            Doc = "Age of unflushed data at which a log is flushed to disk.",
        },
        new("follower.replication.throttled.replicas", ConfigType.List, "", ConfigImportance.Medium)
        {
            Rule = ConfigRule.ThrottledReplicas,
            Doc = "Replicas whose fetching is throttled: partition:broker pairs, or * for all.",
        },
        new("index.interval.bytes", ConfigType.Int, "4096", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("log.index.interval.bytes")],
            Doc = "Bytes of log between two entries of its offset index.",
        },
        new("internal.segment.bytes", ConfigType.Int, null, ConfigImportance.Medium) { IsInternal = true },
        new("leader.replication.throttled.replicas", ConfigType.List, "", ConfigImportance.Medium)
        {
            Rule = ConfigRule.ThrottledReplicas,
            Doc = "Replicas whose serving of followers is throttled: partition:broker pairs, or * for all.",
        },
        new("local.retention.bytes", ConfigType.Long, "-2", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(-2),
            BrokerSynonyms = [new("log.local.retention.bytes")],
            Doc = "Bytes of a tiered partition kept on local disk; -2 takes retention.bytes.",
        },
        new("local.retention.ms", ConfigType.Long, "-2", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(-2),
            BrokerSynonyms = [new("log.local.retention.ms")],
            Doc = "Age of a tiered segment at which it leaves local disk; -2 takes retention.ms.",
        },
        new("max.compaction.lag.ms", ConfigType.Long, "9223372036854775807", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("log.cleaner.max.compaction.lag.ms")],
            Doc = "Age of a record at which its log becomes due for compaction whatever the dirty ratio is.",
        },
        new("max.decompressed.message.bytes", ConfigType.Int, "2147483639", ConfigImportance.Medium)
        {
            Rule = ConfigRule.Between(1, 2147483639),
            BrokerSynonyms = [new("max.decompressed.message.bytes")],
            Doc = "Largest size that a batch may have once decompressed.",
        },
        new("max.message.bytes", ConfigType.Int, "1048588", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("message.max.bytes")],
            Doc = "Largest batch accepted, as it arrives.",
        },
        new("message.timestamp.after.max.ms", ConfigType.Long, "3600000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("log.message.timestamp.after.max.ms")],
            Doc = "How far a record's timestamp may lie ahead of the broker's clock.",
        },
        new("message.timestamp.before.max.ms", ConfigType.Long, "9223372036854775807", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("log.message.timestamp.before.max.ms")],
            Doc = "How far a record's timestamp may lie behind the broker's clock.",
        },
        new("message.timestamp.type", ConfigType.String, "CreateTime", ConfigImportance.Medium)
        {
            Rule = ConfigRule.OneOf("CreateTime", "LogAppendTime"),
            BrokerSynonyms = [new("log.message.timestamp.type")],
            Doc = "Whether records keep the producer's time or get the time of their append.",
        },
        new("min.cleanable.dirty.ratio", ConfigType.Double, "0.5", ConfigImportance.Medium)
        {
            Rule = ConfigRule.Between(0, 1),
            BrokerSynonyms = [new("log.cleaner.min.cleanable.ratio")],
            Doc = "Share of uncompacted bytes at which a log becomes due for compaction.",
        },
        new("min.compaction.lag.ms", ConfigType.Long, "0", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("log.cleaner.min.compaction.lag.ms")],
            Doc = "Age below which a record is never compacted away.",
        },
        new("min.insync.replicas", ConfigType.Int, "1", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("min.insync.replicas")],
            Doc = "Replicas that must have a batch before acks=all is answered; fewer in sync refuses the batch.",
        },
        new("preallocate", ConfigType.Boolean, "false", ConfigImportance.Medium)
        {
            BrokerSynonyms = [new("log.preallocate")],
            Doc = "Whether a new segment's file gets its full size at once.",
        },
        new("remote.copy.lag.bytes", ConfigType.Long, "-1", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(-1),
            BrokerSynonyms = [new("log.remote.copy.lag.bytes")],
            Doc = "Bytes of closed segments that may wait before they are copied to the remote tier.",
        },
        new("remote.copy.lag.ms", ConfigType.Long, "0", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(-1),
            BrokerSynonyms = [new("log.remote.copy.lag.ms")],
            Doc = "Age of a closed segment at which it is copied to the remote tier.",
        },
        new("remote.log.copy.disable", ConfigType.Boolean, "false", ConfigImportance.Medium)
        {
            Doc = "Stops copying to the remote tier while what is there stays readable.",
        },
        new("remote.log.delete.on.disable", ConfigType.Boolean, "false", ConfigImportance.Medium)
        {
            Doc = "Whether switching the remote tier off deletes what is in it.",
        },
        new("remote.storage.enable", ConfigType.Boolean, "false", ConfigImportance.Medium)
        {
            Doc = "Whether closed segments are copied to the remote tier.",
        },
        new("retention.bytes", ConfigType.Long, "-1", ConfigImportance.Medium)
        {
            BrokerSynonyms = [new("log.retention.bytes")],
            Doc = "Size of a partition above which its oldest segments are deleted; -1 for no bound.",
        },
        new("retention.ms", ConfigType.Long, "604800000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(-1),
            BrokerSynonyms =
            [
                new("log.retention.ms"),
                new("log.retention.minutes", 60000),
                new("log.retention.hours", 3600000),
            ],
            Doc = "Age of a segment at which it is deleted; -1 for never.",
        },
        new("segment.bytes", ConfigType.Int, "1073741824", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1048576),
            BrokerSynonyms = [new("log.segment.bytes")],
            Doc = "Size at which a segment is closed and the next begun.",
        },
        new("segment.index.bytes", ConfigType.Int, "10485760", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(4),
            BrokerSynonyms = [new("log.index.size.max.bytes")],
            Doc = "Size of an index file; a full one closes its segment.",
        },
        new("segment.jitter.ms", ConfigType.Long, "0", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("log.roll.jitter.ms"), new("log.roll.jitter.hours", 3600000)],
            Doc = "Random time by which segments close earlier, so that not all close at once.",
        },
        new("segment.ms", ConfigType.Long, "604800000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("log.roll.ms"), new("log.roll.hours", 3600000)],
            Doc = "Age of a segment at which it is closed even if it is not full.",
        },
        new("unclean.leader.election.enable", ConfigType.Boolean, "false", ConfigImportance.Medium)
        {
            BrokerSynonyms = [new("unclean.leader.election.enable")],
            Doc = "Whether a replica that is out of sync may lead when no other is left; loses data.",
        },
    ];
}
