namespace Millrace.Broker;

/// <content>Roles, the controller quorum and the metadata log.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Quorum =
    [
        new("broker.heartbeat.interval.ms", ConfigType.Int, "2000", ConfigImportance.Medium, ConfigUpdate.ReadOnly),
        new("broker.id", ConfigType.Int, "-1", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Doc = "Older name of node.id.",
        },
        new("broker.rack", ConfigType.String, null, ConfigImportance.Medium, ConfigUpdate.ReadOnly)
        {
            Doc = "Where this broker stands; replicas are spread over racks, followers nearby serve reads.",
        },
        new("broker.session.timeout.ms", ConfigType.Int, "9000", ConfigImportance.Medium, ConfigUpdate.ReadOnly),
        new(
            "controlled.shutdown.enable", ConfigType.Boolean, "true", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new("controller.listener.names", ConfigType.List, null, ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            IsRequired = true,
            Rule = ConfigRule.ListOf(mayBeEmpty: false, mayBeNull: false),
            Doc = "Listeners that the controllers use among themselves and with brokers.",
        },
        new(
            "controller.performance.always.log.threshold.ms", ConfigType.Long, "2000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "controller.performance.sample.period.ms", ConfigType.Long, "60000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(100),
        },
        new(
            "controller.quorum.append.linger.ms", ConfigType.Int, "25", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "controller.quorum.auto.join.enable", ConfigType.Boolean, "false", ConfigImportance.Low,
            ConfigUpdate.ReadOnly),
        new(
            "controller.quorum.bootstrap.servers", ConfigType.List, "", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ParsedElsewhere,
            Doc = "Controllers to ask for the current quorum.",
        },
        new(
            "controller.quorum.election.backoff.max.ms", ConfigType.Int, "1000", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "controller.quorum.election.timeout.ms", ConfigType.Int, "1000", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "controller.quorum.fetch.max.bytes", ConfigType.Int, "1048576", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "controller.quorum.fetch.snapshot.max.bytes", ConfigType.Int, "1048576", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "controller.quorum.fetch.timeout.ms", ConfigType.Int, "2000", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "controller.quorum.request.timeout.ms", ConfigType.Int, "2000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new("controller.quorum.retry.backoff.ms", ConfigType.Int, "20", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new("controller.quorum.voters", ConfigType.List, "", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ParsedElsewhere,
            Doc = "The fixed quorum, as id@host:port for each voter.",
        },
        new("controller.quota.window.num", ConfigType.Int, "11", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "controller.quota.window.size.seconds", ConfigType.Int, "1", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("controller.socket.timeout.ms", ConfigType.Int, "30000", ConfigImportance.Medium, ConfigUpdate.ReadOnly),
        new(
            "initial.broker.registration.timeout.ms", ConfigType.Int, "60000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "internal.metadata.delete.delay.millis", ConfigType.Long, "60000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
        },
        new(
            "internal.metadata.log.segment.bytes", ConfigType.Int, null, ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
        },
        new(
            "internal.metadata.max.batch.size.in.bytes", ConfigType.Int, "8388608", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
        },
        new("metadata.log.dir", ConfigType.String, null, ConfigImportance.High, ConfigUpdate.ReadOnly),
        new(
            "metadata.log.max.record.bytes.between.snapshots", ConfigType.Long, "20971520", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "metadata.log.max.snapshot.interval.ms", ConfigType.Long, "3600000", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "metadata.log.segment.bytes", ConfigType.Int, "1073741824", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(8388608),
        },
        new("metadata.log.segment.ms", ConfigType.Long, "604800000", ConfigImportance.High, ConfigUpdate.ReadOnly),
        new("metadata.max.idle.interval.ms", ConfigType.Int, "500", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "metadata.max.retention.bytes", ConfigType.Long, "104857600", ConfigImportance.High,
            ConfigUpdate.ReadOnly),
        new("metadata.max.retention.ms", ConfigType.Long, "604800000", ConfigImportance.High, ConfigUpdate.ReadOnly),
        new("node.id", ConfigType.Int, null, ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            IsRequired = true,
            Rule = ConfigRule.AtLeast(0),
            Doc = "Number of this node, unique in the cluster.",
        },
        new("process.roles", ConfigType.List, null, ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            IsRequired = true,
            Rule = ConfigRule.ListOf(mayBeEmpty: false, mayBeNull: false, "broker", "controller"),
            Doc = "What this node is: broker, controller, or both.",
        },
        new(
            "server.max.startup.time.ms", ConfigType.Long, "9223372036854775807", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "unstable.api.versions.enable", ConfigType.Boolean, "false", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
        },
        new(
            "unstable.feature.versions.enable", ConfigType.Boolean, "false", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
        },
    ];
}
