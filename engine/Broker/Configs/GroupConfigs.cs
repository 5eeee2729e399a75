namespace Millrace.Broker;

/// <summary>The configs of a group, of whichever protocol. Immutable; any thread.</summary>
public static partial class GroupConfigs
{
    public static ConfigTable Table => Tables.All;

    private static class Tables
    {
        internal static readonly ConfigTable All = new(Kafka);
    }
}
