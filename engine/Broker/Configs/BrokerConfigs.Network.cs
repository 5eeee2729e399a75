namespace Millrace.Broker;

/// <content>Listeners, connections and threads.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Network =
    [
        new("advertised.listeners", ConfigType.List, null, ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: false, mayBeNull: true),
            Doc = "Addresses that clients are told; where left out, each client is told the address that it "
                + "connected to.",
        },
        new("background.threads", ConfigType.Int, "10", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "connection.failed.authentication.delay.ms", ConfigType.Int, "100", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new("connections.max.idle.ms", ConfigType.Long, "600000", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Doc = "Time without a request after which a connection is closed.",
        },
        new("connections.max.reauth.ms", ConfigType.Long, "0", ConfigImportance.Medium, ConfigUpdate.ReadOnly),
        new("early.start.listeners", ConfigType.List, null, ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: true),
        },
        new("inter.broker.listener.name", ConfigType.String, null, ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Doc = "The listener that brokers use among themselves.",
        },
        new(
            "listener.security.protocol.map", ConfigType.String,
            "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", ConfigImportance.Low,
            ConfigUpdate.PerBroker)
        {
            Doc = "The security protocol of each listener name.",
        },
        new("listeners", ConfigType.List, "PLAINTEXT://:9092", ConfigImportance.High, ConfigUpdate.PerBroker)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: false, mayBeNull: false),
            Doc = "Addresses to listen on, as name://host:port.",
        },
        new(
            "max.connection.creation.rate", ConfigType.Int, "2147483647", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "New connections accepted per second.",
        },
        new("max.connections", ConfigType.Int, "2147483647", ConfigImportance.Medium, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "Connections accepted at one time, on all listeners or on one with its prefix.",
        },
        new(
            "max.connections.per.ip", ConfigType.Int, "2147483647", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(0),
            Doc = "Connections accepted at one time from one address.",
        },
        new(
            "max.connections.per.ip.overrides", ConfigType.String, "", ConfigImportance.Medium,
            ConfigUpdate.ClusterWide)
        {
            Doc = "Bounds for single hosts, as host:count,...",
        },
        new("num.io.threads", ConfigType.Int, "8", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Accepted for compatibility; requests run on the network threads.",
        },
        new("num.network.threads", ConfigType.Int, "3", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Reactors: threads that serve connections and their requests.",
        },
        new("queued.max.request.bytes", ConfigType.Long, "-1", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Doc = "Accepted for compatibility; memory is bounded per connection.",
        },
        new("queued.max.requests", ConfigType.Int, "500", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Requests that may wait for an answer before sockets are no longer read.",
        },
        new(
            "socket.connection.setup.timeout.max.ms", ConfigType.Long, "30000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "socket.connection.setup.timeout.ms", ConfigType.Long, "10000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new("socket.listen.backlog.size", ConfigType.Int, "50", ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Connections that the kernel holds until they are accepted.",
        },
        new("socket.receive.buffer.bytes", ConfigType.Int, "102400", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Doc = "Kernel's receive buffer of a connection; -1 leaves it to the kernel, as does not setting it.",
        },
        new("socket.request.max.bytes", ConfigType.Int, "104857600", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Largest request accepted.",
        },
        new("socket.send.buffer.bytes", ConfigType.Int, "102400", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Doc = "Kernel's send buffer of a connection; -1 leaves it to the kernel, as does not setting it.",
        },
    ];
}
