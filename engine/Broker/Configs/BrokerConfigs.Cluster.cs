namespace Millrace.Broker;

/// <content>Topics, quotas, metrics, policies and what is left.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Cluster =
    [
        new("alter.config.policy.class.name", ConfigType.Class, null, ConfigImportance.Low, ConfigUpdate.ReadOnly),
        new("auto.create.topics.enable", ConfigType.Boolean, "true", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Doc = "Whether asking for an unknown topic creates it.",
        },
        new(
            "auto.leader.rebalance.enable", ConfigType.Boolean, "true", ConfigImportance.High,
            ConfigUpdate.ReadOnly),
        new("client.quota.callback.class", ConfigType.Class, null, ConfigImportance.Low, ConfigUpdate.ReadOnly),
        new("config.providers", ConfigType.List, "", ConfigImportance.Low, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
        },
        new("create.topic.policy.class.name", ConfigType.Class, null, ConfigImportance.Low, ConfigUpdate.ReadOnly),
        new(
            "delete.records.purgatory.purge.interval.requests", ConfigType.Int, "1", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new("delete.topic.enable", ConfigType.Boolean, "true", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Doc = "Whether topics can be deleted.",
        },
        new("fetch.max.bytes", ConfigType.Int, "57671680", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1024),
            Doc = "Upper bound of what one fetch is answered.",
        },
        new(
            "fetch.purgatory.purge.interval.requests", ConfigType.Int, "1000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "kafka.metrics.polling.interval.secs", ConfigType.Int, "10", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("kafka.metrics.reporters", ConfigType.List, "", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
        },
        new(
            "max.incremental.fetch.session.cache.slots", ConfigType.Int, "1000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "Fetch sessions kept.",
        },
        new(
            "max.request.partition.size.limit", ConfigType.Int, "2000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "metric.reporters", ConfigType.List, "org.apache.kafka.common.metrics.JmxReporter",
            ConfigImportance.Low, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
        },
        new("metrics.num.samples", ConfigType.Int, "2", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("metrics.recording.level", ConfigType.String, "INFO", ConfigImportance.Low, ConfigUpdate.ReadOnly),
        new("metrics.sample.window.ms", ConfigType.Long, "30000", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("num.partitions", ConfigType.Int, "1", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Partitions of topics that are created without saying how many.",
        },
        new(
            "producer.purgatory.purge.interval.requests", ConfigType.Int, "1000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new("quota.window.num", ConfigType.Int, "11", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("quota.window.size.seconds", ConfigType.Int, "1", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("request.timeout.ms", ConfigType.Int, "30000", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Doc = "How long a request of this node to another waits for its answer.",
        },
        new("telemetry.max.bytes", ConfigType.Int, "1048576", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
    ];
}
