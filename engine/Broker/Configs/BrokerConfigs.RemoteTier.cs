namespace Millrace.Broker;

/// <content>The remote tier.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] RemoteTier =
    [
        new("remote.fetch.max.wait.ms", ConfigType.Int, "500", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.list.offsets.request.timeout.ms", ConfigType.Long, "30000", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.index.file.cache.total.size.bytes", ConfigType.Long, "1073741824", ConfigImportance.Low,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.index.file.cache.ttl.ms", ConfigType.Long, "900000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(-1),
        },
        new(
            "remote.log.manager.copier.thread.pool.size", ConfigType.Int, "10", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.copy.max.bytes.per.second", ConfigType.Long, "9223372036854775807",
            ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.copy.quota.window.num", ConfigType.Int, "11", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.copy.quota.window.size.seconds", ConfigType.Int, "1", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.expiration.thread.pool.size", ConfigType.Int, "10", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.fetch.max.bytes.per.second", ConfigType.Long, "9223372036854775807",
            ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.fetch.quota.window.num", ConfigType.Int, "11", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.fetch.quota.window.size.seconds", ConfigType.Int, "1", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.follower.thread.pool.size", ConfigType.Int, "2", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.task.interval.ms", ConfigType.Long, "30000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.task.retry.backoff.max.ms", ConfigType.Long, "30000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.task.retry.backoff.ms", ConfigType.Long, "500", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.manager.task.retry.jitter", ConfigType.Double, "0.2", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.Between(0, 0.5),
        },
        new(
            "remote.log.manager.thread.pool.size", ConfigType.Int, "2", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.metadata.custom.metadata.max.bytes", ConfigType.Int, "128", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "remote.log.metadata.manager.class.name", ConfigType.String,
            "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager",
            ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.NonEmptyText,
        },
        new(
            "remote.log.metadata.manager.class.path", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "remote.log.metadata.manager.impl.prefix", ConfigType.String, "rlmm.config.", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.NonEmptyText,
        },
        new(
            "remote.log.metadata.manager.listener.name", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.NonEmptyText,
        },
        new(
            "remote.log.reader.max.pending.tasks", ConfigType.Int, "100", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("remote.log.reader.threads", ConfigType.Int, "10", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "remote.log.storage.manager.class.name", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.NonEmptyText,
        },
        new(
            "remote.log.storage.manager.class.path", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "remote.log.storage.manager.impl.prefix", ConfigType.String, "rsm.config.", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.NonEmptyText,
        },
        new(
            "remote.log.storage.system.enable", ConfigType.Boolean, "false", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
    ];
}
