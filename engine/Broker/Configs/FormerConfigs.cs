namespace Millrace.Broker;

/// <summary>
/// Names that Kafka had and dropped. Files still hold them: each is worth one warning that says what became of it.
/// </summary>
public static class FormerConfigs
{
    private const string ZooKeeper = "there is no ZooKeeper any more, the metadata is in the controller quorum";
    private const string Formats = "the version is the cluster's, see kafka-features";
    private const string Encoder = "passwords are kept in the metadata log";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["advertised.host.name"] = "use advertised.listeners",
        ["advertised.port"] = "use advertised.listeners",
        ["broker.id.generation.enable"] = "set node.id",
        ["control.plane.listener.name"] = "use controller.listener.names",
        ["controlled.shutdown.max.retries"] = "a shutdown is agreed on with the controller",
        ["controlled.shutdown.retry.backoff.ms"] = "a shutdown is agreed on with the controller",
        ["delegation.token.master.key"] = "use delegation.token.secret.key",
        ["eligible.leader.replicas.enable"] = "it is the feature eligible.leader.replicas.version",
        ["group.coordinator.new.enable"] = "the new coordinator is the only one",
        ["host.name"] = "use listeners",
        ["inter.broker.protocol.version"] = Formats,
        ["log.message.downconversion.enable"] = "the old record formats are gone",
        ["log.message.format.version"] = "there is one record format, version 2",
        ["log.message.timestamp.difference.max.ms"] =
            "use log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms",
        ["offsets.commit.required.acks"] = "offsets are always committed with acks=all",
        ["port"] = "use listeners",
        ["quota.consumer.default"] = "quotas are set with kafka-configs",
        ["quota.producer.default"] = "quotas are set with kafka-configs",
        ["reserved.broker.max.id"] = "set node.id",
    };

    /// <summary>Why the name no longer means anything; false where it never was one of Kafka's.</summary>
    public static bool TryExplain(string name, out string reason)
    {
        if (Reasons.TryGetValue(name, out reason!))
            return true;
        reason = name.StartsWith("zookeeper.", StringComparison.Ordinal) ? ZooKeeper
            : name.StartsWith("password.encoder.", StringComparison.Ordinal) ? Encoder
            : "";
        return reason.Length > 0;
    }
}
