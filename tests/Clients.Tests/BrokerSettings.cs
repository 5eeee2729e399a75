namespace Millrace.Clients.Tests;

/// <summary>
/// What the clients' programs expect of a broker: the settings with which they were run on Apache Kafka
/// (<c>kafka/bin/kafka-node</c> in the reference material).
/// </summary>
internal static class BrokerSettings
{
    /// <summary>One node that is broker and controller.</summary>
    public static readonly string[] Node =
    [
        "process.roles=broker,controller",
        "node.id=1",
        "controller.listener.names=CONTROLLER",
    ];

    /// <summary>Internal topics that fit one broker, and groups that begin at once.</summary>
    public static readonly string[] Common =
    [
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

    /// <summary><see cref="Common"/> as the program's arguments.</summary>
    public static string[] AsArguments => [.. Common.SelectMany(setting => new[] { "--set", setting })];
}
