namespace Millrace.Broker;

/// <content>Our own configs; each name starts with <c>millrace.</c>, so that none can ever be Kafka's.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Millrace =
    [
        new(
            TopicConfigs.FlushBeforeAck, ConfigType.Boolean, "false", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Doc = "Default of the topic config millrace.flush.before.ack.",
        },
    ];
}
