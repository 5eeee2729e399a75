namespace Millrace.Broker;

/// <content>Share groups and their state.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] ShareGroups =
    [
        new(
            "errors.deadletterqueue.auto.create.topics.enable", ConfigType.Boolean, "false",
            ConfigImportance.Medium, ConfigUpdate.ClusterWide),
        new(
            "errors.deadletterqueue.topic.name.prefix", ConfigType.String, "dlq.", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide),
        new(
            "group.share.assignment.interval.ms", ConfigType.Int, "1000", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.share.assignor.offload.enable", ConfigType.Boolean, "true", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            IsInternal = true,
        },
        new("group.share.assignors", ConfigType.List, "simple", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: false, mayBeNull: false),
        },
        new("group.share.delivery.count.limit", ConfigType.Int, "5", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(2, 10),
        },
        new(
            "group.share.dlq.manager.class.name", ConfigType.String,
            "org.apache.kafka.server.share.dlq.DefaultShareGroupDLQManager", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
        },
        new(
            "group.share.heartbeat.interval.ms", ConfigType.Int, "5000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.share.initialize.retry.interval.ms", ConfigType.Int, "30000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.share.max.assignment.interval.ms", ConfigType.Int, "15000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.share.max.delivery.count.limit", ConfigType.Int, "10", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(5, 25),
        },
        new(
            "group.share.max.heartbeat.interval.ms", ConfigType.Int, "15000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.share.max.partition.max.record.locks", ConfigType.Int, "4000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(2000, 10000),
        },
        new(
            "group.share.max.record.lock.duration.ms", ConfigType.Int, "60000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(30000, 3600000),
        },
        new(
            "group.share.max.session.timeout.ms", ConfigType.Int, "60000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.share.max.share.sessions", ConfigType.Int, "2000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("group.share.max.size", ConfigType.Int, "200", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(1, 1000),
        },
        new(
            "group.share.min.assignment.interval.ms", ConfigType.Int, "0", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.share.min.delivery.count.limit", ConfigType.Int, "2", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(2, 5),
        },
        new(
            "group.share.min.heartbeat.interval.ms", ConfigType.Int, "5000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.share.min.partition.max.record.locks", ConfigType.Int, "100", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(100, 2000),
        },
        new(
            "group.share.min.record.lock.duration.ms", ConfigType.Int, "15000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(1000, 30000),
        },
        new(
            "group.share.min.session.timeout.ms", ConfigType.Int, "45000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.share.partition.max.record.locks", ConfigType.Int, "2000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(100, 10000),
        },
        new(
            "group.share.persister.class.name", ConfigType.String,
            "org.apache.kafka.server.share.persister.DefaultStatePersister", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
        },
        new(
            "group.share.record.lock.duration.ms", ConfigType.Int, "30000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(1000, 3600000),
        },
        new(
            "group.share.session.timeout.ms", ConfigType.Int, "45000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "share.coordinator.append.linger.ms", ConfigType.Int, "-1", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(-1),
        },
        new(
            "share.coordinator.cached.buffer.max.bytes", ConfigType.Int, "1048588", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(524288),
        },
        new(
            "share.coordinator.cold.partition.snapshot.interval.ms", ConfigType.Int, "300000",
            ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "share.coordinator.load.buffer.size", ConfigType.Int, "5242880", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "share.coordinator.snapshot.update.records.per.snapshot", ConfigType.Int, "500",
            ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(0, 500),
        },
        new(
            "share.coordinator.state.topic.compression.codec", ConfigType.Int, "0", ConfigImportance.High,
            ConfigUpdate.ReadOnly),
        new(
            "share.coordinator.state.topic.min.isr", ConfigType.Short, "2", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "share.coordinator.state.topic.num.partitions", ConfigType.Int, "50", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "share.coordinator.state.topic.prune.interval.ms", ConfigType.Int, "300000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "share.coordinator.state.topic.replication.factor", ConfigType.Short, "3", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "share.coordinator.state.topic.segment.bytes", ConfigType.Int, "104857600", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("share.coordinator.threads", ConfigType.Int, "1", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "share.coordinator.write.timeout.ms", ConfigType.Int, "5000", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "share.fetch.purgatory.purge.interval.requests", ConfigType.Int, "1000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
    ];
}
