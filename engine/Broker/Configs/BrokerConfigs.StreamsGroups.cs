namespace Millrace.Broker;

/// <content>Streams groups.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] StreamsGroups =
    [
        new(
            "group.streams.acceptable.recovery.lag", ConfigType.Long, "10000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.streams.assignment.interval.ms", ConfigType.Int, "1000", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.streams.assignor.offload.enable", ConfigType.Boolean, "true", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            IsInternal = true,
        },
        new("group.streams.assignors", ConfigType.List, "sticky", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: false, mayBeNull: false),
        },
        new(
            "group.streams.heartbeat.interval.ms", ConfigType.Int, "5000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.streams.initial.rebalance.delay.ms", ConfigType.Int, "3000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.streams.max.assignment.interval.ms", ConfigType.Int, "15000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.streams.max.heartbeat.interval.ms", ConfigType.Int, "15000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.streams.max.session.timeout.ms", ConfigType.Int, "60000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("group.streams.max.size", ConfigType.Int, "2147483647", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.streams.max.standby.replicas", ConfigType.Int, "2", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.streams.max.warmup.replicas", ConfigType.Int, "20", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.streams.min.assignment.interval.ms", ConfigType.Int, "0", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.streams.min.heartbeat.interval.ms", ConfigType.Int, "5000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.streams.min.session.timeout.ms", ConfigType.Int, "45000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.streams.min.task.offset.interval.ms", ConfigType.Int, "15000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.streams.num.standby.replicas", ConfigType.Int, "0", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.streams.num.warmup.replicas", ConfigType.Int, "2", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "group.streams.rack.aware.assignment.tags", ConfigType.List, "", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
        },
        new(
            "group.streams.session.timeout.ms", ConfigType.Int, "45000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.streams.task.offset.interval.ms", ConfigType.Int, "60000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "group.streams.topology.description.plugin.class", ConfigType.Class, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
    ];
}
