namespace Millrace.Broker;

/// <summary>The configs of a client metrics subscription (KIP-714). Immutable; any thread.</summary>
public static partial class ClientMetricsConfigs
{
    public static ConfigTable Table => Tables.All;

    private static class Tables
    {
        internal static readonly ConfigTable All = new(Kafka);
    }
}
