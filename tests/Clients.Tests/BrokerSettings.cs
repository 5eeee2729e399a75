namespace Millrace.Clients.Tests;

/// <summary>
/// What the clients' programs expect of a broker: the settings with which they were run on Apache Kafka
/// (<c>kafka/bin/kafka-node</c> in the reference material).
/// </summary>
internal static class BrokerSettings
{
    private static readonly string[] Settings =
    [
        "node.id=1",
        "offsets.topic.replication.factor=1",
        "offsets.topic.num.partitions=4",
        "transaction.state.log.replication.factor=1",
        "transaction.state.log.min.isr=1",
        "transaction.state.log.num.partitions=4",
        "share.coordinator.state.topic.replication.factor=1",
        "share.coordinator.state.topic.min.isr=1",
        "share.coordinator.state.topic.num.partitions=4",
        "group.initial.rebalance.delay.ms=0",
    ];

    public static string[] AsArguments => [.. Settings.SelectMany(setting => new[] { "--set", setting })];
}
