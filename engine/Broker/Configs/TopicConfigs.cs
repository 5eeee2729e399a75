namespace Millrace.Broker;

/// <summary>The configs of a topic: Kafka 4.4's and our own. Immutable; any thread.</summary>
public static partial class TopicConfigs
{
    /// <summary>
    /// Whether a batch is on the disk (fdatasync), not only in the page cache, before it counts as written: what was
    /// acknowledged then survives a power failure.
    /// </summary>
    public const string FlushBeforeAck = "millrace.flush.before.ack";

    /// <summary>Our own configs.</summary>
    private static readonly ConfigDefinition[] Millrace =
    [
        new(FlushBeforeAck, ConfigType.Boolean, "false", ConfigImportance.High)
        {
            BrokerSynonyms = [new(FlushBeforeAck)],
            Doc = "Whether a batch is forced to disk before it is acknowledged, so that it survives a power failure.",
        },
    ];

    public static ConfigTable Table => Tables.All;

    private static class Tables
    {
        internal static readonly ConfigTable All = new(Kafka, Millrace);
    }
}
