namespace Millrace.Broker;

/// <content>Kafka's configs of a client metrics subscription.</content>
public static partial class ClientMetricsConfigs
{
    private static readonly ConfigDefinition[] Kafka =
    [
        new("interval.ms", ConfigType.Int, "300000", ConfigImportance.Medium)
        {
            Doc = "Time between two pushes of a client's metrics.",
        },
        new("match", ConfigType.List, "", ConfigImportance.Medium)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
            Doc = "Which clients, as selector=regular expression; empty for all.",
        },
        new("metrics", ConfigType.List, "", ConfigImportance.Medium)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
            Doc = "Prefixes of the metrics to push; empty for none, * for all.",
        },
    ];
}
