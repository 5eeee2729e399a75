namespace Millrace.Broker;

/// <summary>A broker config that a topic's or a group's falls back to.</summary>
/// <param name="Name">The broker config.</param>
/// <param name="Factor">What its number is multiplied with (hours to milliseconds); 1 where units agree.</param>
public readonly record struct BrokerSynonym(string Name, long Factor = 1);

/// <summary>
/// What is known of one config: the row of a table. Immutable; any thread.
/// </summary>
public sealed class ConfigDefinition
{
    /// <summary>A config with a default.</summary>
    /// <param name="name">Kafka's name, or one of ours that starts with <c>millrace.</c>.</param>
    /// <param name="type">Type of the value.</param>
    /// <param name="defaultText">The default as a user would write it; null where unset is a value of its own.</param>
    /// <param name="importance">Documentation only.</param>
    /// <param name="update">How a broker's config can change; topics' and groups' always can.</param>
    public ConfigDefinition(
        string name,
        ConfigType type,
        string? defaultText,
        ConfigImportance importance,
        ConfigUpdate update = ConfigUpdate.ClusterWide)
    {
        Name = name;
        Type = type;
        DefaultText = defaultText;
        Importance = importance;
        Update = update;
    }

    public string Name { get; }

    public ConfigType Type { get; }

    /// <summary>The default in its normal form, or null.</summary>
    public string? DefaultText { get; }

    public ConfigImportance Importance { get; }

    public ConfigUpdate Update { get; }

    /// <summary>True where Kafka knows no default and refuses to start without a value.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Internal configs can be set but are described only where set.</summary>
    public bool IsInternal { get; init; }

    /// <summary>What values are allowed, besides the type; null where all are.</summary>
    public ConfigRule? Rule { get; init; }

    /// <summary>
    /// For a broker config: the other names of the same setting, in Kafka's order of precedence. They are given in
    /// other
    /// units or are fallbacks, and the first that is set wins.
    /// </summary>
    public string[] Synonyms { get; init; } = [];

    /// <summary>For a topic or group config: the broker configs it falls back to; the first that is set wins.</summary>
    public BrokerSynonym[] BrokerSynonyms { get; init; } = [];

    /// <summary>One sentence, or empty.</summary>
    public string Doc { get; init; } = "";

    /// <summary>Values of passwords never leave the broker.</summary>
    public bool IsSensitive => Type == ConfigType.Password;
}
