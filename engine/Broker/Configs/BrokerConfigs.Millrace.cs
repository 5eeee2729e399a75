namespace Millrace.Broker;

/// <content>Our own configs; each name starts with <c>millrace.</c>, so that none can ever be Kafka's.</content>
public static partial class BrokerConfigs
{
    /// <summary>See <see cref="Coordination.Groups.GroupOptions.OffsetRecordVersion"/>.</summary>
    internal const string OffsetRecordVersion = "millrace.offsets.record.version";

    private static readonly ConfigDefinition[] Millrace =
    [
        new(
            TopicConfigs.FlushBeforeAck, ConfigType.Boolean, "false", ConfigImportance.High, ConfigUpdate.ClusterWide)
        {
            Doc = "Default of the topic config millrace.flush.before.ack.",
        },
        new(OffsetRecordVersion, ConfigType.Int, "4", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(3, 4),
            Doc = "Version of the values that commits write to __consumer_offsets. 4 has the topic's id, as of Kafka "
                + "4.4; 3 is for tools that read the topic themselves and know no newer one, such as Burrow 1.2.",
        },
    ];
}
