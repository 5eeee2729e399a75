namespace Millrace.Broker;

/// <content>Rates that exist as dynamic configs only; they cannot stand in a file.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Throttles =
    [
        new(
            "follower.replication.throttled.rate", ConfigType.Long, "9223372036854775807", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "leader.replication.throttled.rate", ConfigType.Long, "9223372036854775807", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "replica.alter.log.dirs.io.max.bytes.per.second", ConfigType.Long, "9223372036854775807",
            ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
        },
    ];
}
