namespace Millrace.Broker;

/// <content>Groups and committed offsets.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Groups =
    [
        new(
            "group.consumer.assignment.interval.ms", ConfigType.Int, "1000", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.consumer.assignor.offload.enable", ConfigType.Boolean, "true", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            IsInternal = true,
        },
        new(
            "group.consumer.assignors", ConfigType.List, "uniform,range", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: false, mayBeNull: false),
        },
        new(
            "group.consumer.heartbeat.interval.ms", ConfigType.Int, "5000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.consumer.max.assignment.interval.ms", ConfigType.Int, "15000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.consumer.max.heartbeat.interval.ms", ConfigType.Int, "15000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.consumer.max.session.timeout.ms", ConfigType.Int, "60000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("group.consumer.max.size", ConfigType.Int, "2147483647", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.consumer.migration.policy", ConfigType.String, "bidirectional", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.OneOfAnyCase("DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL"),
        },
        new(
            "group.consumer.min.assignment.interval.ms", ConfigType.Int, "0", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.consumer.min.heartbeat.interval.ms", ConfigType.Int, "5000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.consumer.min.session.timeout.ms", ConfigType.Int, "45000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.consumer.regex.refresh.interval.ms", ConfigType.Int, "600000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(10000),
        },
        new(
            "group.consumer.session.timeout.ms", ConfigType.Int, "45000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.coordinator.append.linger.ms", ConfigType.Int, "-1", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(-1),
        },
        new(
            "group.coordinator.background.threads", ConfigType.Int, "2", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.coordinator.cached.buffer.max.bytes", ConfigType.Int, "1048588", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(524288),
        },
        new(
            "group.coordinator.rebalance.protocols", ConfigType.List, "classic,consumer,streams",
            ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: false, mayBeNull: false, "consumer", "classic", "share", "streams"),
        },
        new("group.coordinator.threads", ConfigType.Int, "4", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.initial.rebalance.delay.ms", ConfigType.Int, "3000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Doc = "How long an empty classic group waits for more members before its first rebalance.",
        },
        new(
            "group.max.session.timeout.ms", ConfigType.Int, "1800000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new("group.max.size", ConfigType.Int, "2147483647", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("group.min.session.timeout.ms", ConfigType.Int, "6000", ConfigImportance.Medium, ConfigUpdate.ReadOnly),
        new("offset.metadata.max.bytes", ConfigType.Int, "4096", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Doc = "Largest metadata text of a committed offset.",
        },
        new("offsets.commit.timeout.ms", ConfigType.Int, "5000", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("offsets.load.buffer.size", ConfigType.Int, "5242880", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "offsets.retention.check.interval.ms", ConfigType.Long, "600000", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("offsets.retention.minutes", ConfigType.Int, "10080", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "How long offsets of a group without members are kept.",
        },
        new("offsets.topic.compression.codec", ConfigType.Int, "0", ConfigImportance.High, ConfigUpdate.ReadOnly),
        new("offsets.topic.num.partitions", ConfigType.Int, "50", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Partitions of __consumer_offsets; fixed once it exists.",
        },
        new("offsets.topic.replication.factor", ConfigType.Short, "3", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Replicas of __consumer_offsets.",
        },
        new(
            "offsets.topic.segment.bytes", ConfigType.Int, "104857600", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
    ];
}
