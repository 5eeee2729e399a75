namespace Millrace.Broker;

/// <content>Replication and leader elections.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Replication =
    [
        new(
            "alter.log.dirs.replication.quota.window.num", ConfigType.Int, "11", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "alter.log.dirs.replication.quota.window.size.seconds", ConfigType.Int, "1", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("default.replication.factor", ConfigType.Int, "1", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Doc = "Replicas of topics that are created without saying how many.",
        },
        new(
            "follower.fetch.last.tiered.offset.enable", ConfigType.Boolean, "false", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide),
        new(
            "leader.imbalance.check.interval.seconds", ConfigType.Long, "300", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("num.replica.fetchers", ConfigType.Int, "1", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("replica.fetch.backoff.ms", ConfigType.Int, "1000", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new("replica.fetch.max.bytes", ConfigType.Int, "1048576", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new("replica.fetch.min.bytes", ConfigType.Int, "1", ConfigImportance.High, ConfigUpdate.ReadOnly),
        new(
            "replica.fetch.response.max.bytes", ConfigType.Int, "10485760", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new("replica.fetch.wait.max.ms", ConfigType.Int, "500", ConfigImportance.High, ConfigUpdate.ReadOnly),
        new(
            "replica.high.watermark.checkpoint.interval.ms", ConfigType.Long, "5000", ConfigImportance.High,
            ConfigUpdate.ReadOnly),
        new("replica.lag.time.max.ms", ConfigType.Long, "30000", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Doc = "Time behind the leader after which a follower is out of sync.",
        },
        new("replica.selector.class", ConfigType.String, null, ConfigImportance.Medium, ConfigUpdate.ReadOnly),
        new(
            "replica.socket.receive.buffer.bytes", ConfigType.Int, "65536", ConfigImportance.High,
            ConfigUpdate.ReadOnly),
        new("replica.socket.timeout.ms", ConfigType.Int, "30000", ConfigImportance.High, ConfigUpdate.ReadOnly),
        new("replication.quota.window.num", ConfigType.Int, "11", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "replication.quota.window.size.seconds", ConfigType.Int, "1", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "unclean.leader.election.interval.ms", ConfigType.Long, "300000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(1),
        },
    ];
}
