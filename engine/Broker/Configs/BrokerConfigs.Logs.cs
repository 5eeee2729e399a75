namespace Millrace.Broker;

/// <content>Logs on disk, and the defaults of topics.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Logs =
    [
        new("compression.gzip.level", ConfigType.Int, "-1", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.GzipLevel,
            Doc = "Default of the topic config compression.gzip.level.",
        },
        new("compression.lz4.level", ConfigType.Int, "9", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.Between(1, 17),
            Doc = "Default of the topic config compression.lz4.level.",
        },
        new("compression.type", ConfigType.String, "producer", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.OneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"),
            Doc = "Default of the topic config compression.type.",
        },
        new("compression.zstd.level", ConfigType.Int, "3", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.Between(-131072, 22),
            Doc = "Default of the topic config compression.zstd.level.",
        },
        new("cordoned.log.dirs", ConfigType.List, "", ConfigImportance.Medium, ConfigUpdate.PerBroker)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: true),
        },
        new("log.cleaner.backoff.ms", ConfigType.Long, "15000", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "log.cleaner.dedupe.buffer.size", ConfigType.Long, "134217728", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide),
        new(
            "log.cleaner.delete.retention.ms", ConfigType.Long, "86400000", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "Default of the topic config delete.retention.ms.",
        },
        new("log.cleaner.enable", ConfigType.Boolean, "true", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Doc = "Whether logs whose policy says so are compacted.",
        },
        new(
            "log.cleaner.io.buffer.load.factor", ConfigType.Double, "0.9", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide),
        new(
            "log.cleaner.io.buffer.size", ConfigType.Int, "524288", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "log.cleaner.io.max.bytes.per.second", ConfigType.Double, "1.7976931348623157E308",
            ConfigImportance.Medium, ConfigUpdate.ClusterWide),
        new(
            "log.cleaner.max.compaction.lag.ms", ConfigType.Long, "9223372036854775807", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Default of the topic config max.compaction.lag.ms.",
        },
        new(
            "log.cleaner.min.cleanable.ratio", ConfigType.Double, "0.5", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.Between(0, 1),
            Doc = "Default of the topic config min.cleanable.dirty.ratio.",
        },
        new(
            "log.cleaner.min.compaction.lag.ms", ConfigType.Long, "0", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "Default of the topic config min.compaction.lag.ms.",
        },
        new("log.cleaner.threads", ConfigType.Int, "1", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new("log.cleanup.policy", ConfigType.List, "delete", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false, "compact", "delete"),
            Doc = "Default of the topic config cleanup.policy.",
        },
        new("log.dir", ConfigType.List, "/tmp/kafka-logs", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: false, mayBeNull: false),
            Doc = "Data folder; used where log.dirs is not set.",
        },
        new("log.dir.failure.timeout.ms", ConfigType.Long, "30000", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("log.dirs", ConfigType.List, null, ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: false, mayBeNull: true),
            Doc = "Data folders.",
        },
        new(
            "log.flush.interval.messages", ConfigType.Long, "9223372036854775807", ConfigImportance.High,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Default of the topic config flush.messages.",
        },
        new("log.flush.interval.ms", ConfigType.Long, null, ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Synonyms = ["log.flush.scheduler.interval.ms"],
            Doc = "Default of the topic config flush.ms.",
        },
        new(
            "log.flush.offset.checkpoint.interval.ms", ConfigType.Int, "60000", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "log.flush.scheduler.interval.ms", ConfigType.Long, "9223372036854775807", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Doc = "Default of the topic config flush.ms.",
        },
        new(
            "log.flush.start.offset.checkpoint.interval.ms", ConfigType.Int, "60000", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new("log.index.interval.bytes", ConfigType.Int, "4096", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "Default of the topic config index.interval.bytes.",
        },
        new(
            "log.index.size.max.bytes", ConfigType.Int, "10485760", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(4),
            Doc = "Default of the topic config segment.index.bytes.",
        },
        new("log.initial.task.delay.ms", ConfigType.Long, "30000", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(0),
        },
        new("log.local.retention.bytes", ConfigType.Long, "-2", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(-2),
            Doc = "Default of the topic config local.retention.bytes.",
        },
        new("log.local.retention.ms", ConfigType.Long, "-2", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(-2),
            Doc = "Default of the topic config local.retention.ms.",
        },
        new(
            "log.message.timestamp.after.max.ms", ConfigType.Long, "3600000", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "Default of the topic config message.timestamp.after.max.ms.",
        },
        new(
            "log.message.timestamp.before.max.ms", ConfigType.Long, "9223372036854775807", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "Default of the topic config message.timestamp.before.max.ms.",
        },
        new(
            "log.message.timestamp.type", ConfigType.String, "CreateTime", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.OneOf("CreateTime", "LogAppendTime"),
            Doc = "Default of the topic config message.timestamp.type.",
        },
        new("log.preallocate", ConfigType.Boolean, "false", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Doc = "Default of the topic config preallocate.",
        },
        new("log.remote.copy.lag.bytes", ConfigType.Long, "-1", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(-1),
            Doc = "Default of the topic config remote.copy.lag.bytes.",
        },
        new("log.remote.copy.lag.ms", ConfigType.Long, "0", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(-1),
            Doc = "Default of the topic config remote.copy.lag.ms.",
        },
        new("log.retention.bytes", ConfigType.Long, "-1", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Doc = "Default of the topic config retention.bytes.",
        },
        new(
            "log.retention.check.interval.ms", ConfigType.Long, "300000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Time between two looks for segments that can be deleted.",
        },
        new("log.retention.hours", ConfigType.Int, "168", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Synonyms = ["log.retention.ms", "log.retention.minutes"],
            Doc = "Default of the topic config retention.ms.",
        },
        new("log.retention.minutes", ConfigType.Int, null, ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Synonyms = ["log.retention.ms", "log.retention.hours"],
            Doc = "Default of the topic config retention.ms.",
        },
        new("log.retention.ms", ConfigType.Long, null, ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Synonyms = ["log.retention.minutes", "log.retention.hours"],
            Doc = "Default of the topic config retention.ms.",
        },
        new("log.roll.hours", ConfigType.Int, "168", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Synonyms = ["log.roll.ms"],
            Doc = "Default of the topic config segment.ms.",
        },
        new("log.roll.jitter.hours", ConfigType.Int, "0", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
            Synonyms = ["log.roll.jitter.ms"],
            Doc = "Default of the topic config segment.jitter.ms.",
        },
        new("log.roll.jitter.ms", ConfigType.Long, null, ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Synonyms = ["log.roll.jitter.hours"],
            Doc = "Default of the topic config segment.jitter.ms.",
        },
        new("log.roll.ms", ConfigType.Long, null, ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Synonyms = ["log.roll.hours"],
            Doc = "Default of the topic config segment.ms.",
        },
        new("log.segment.bytes", ConfigType.Int, "1073741824", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1048576),
            Doc = "Default of the topic config segment.bytes.",
        },
        new(
            "log.segment.delete.delay.ms", ConfigType.Long, "60000", ConfigImportance.High,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "Default of the topic config file.delete.delay.ms.",
        },
        new(
            "max.decompressed.message.bytes", ConfigType.Int, "2147483639", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.Between(1, 2147483639),
            Doc = "Default of the topic config max.decompressed.message.bytes.",
        },
        new("message.max.bytes", ConfigType.Int, "1048588", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "Default of the topic config max.message.bytes.",
        },
        new("min.insync.replicas", ConfigType.Int, "1", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Default of the topic config min.insync.replicas.",
        },
        new(
            "num.recovery.threads.per.data.dir", ConfigType.Int, "2", ConfigImportance.High,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Threads per data folder that load and recover logs at start.",
        },
        new(
            "num.replica.alter.log.dirs.threads", ConfigType.Int, null, ConfigImportance.High,
            ConfigUpdate.ReadOnly),
        new(
            "unclean.leader.election.enable", ConfigType.Boolean, "false", ConfigImportance.High,
            ConfigUpdate.ClusterWide)
        {
            Doc = "Default of the topic config unclean.leader.election.enable.",
        },
    ];
}
