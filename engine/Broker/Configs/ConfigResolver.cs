namespace Millrace.Broker;

/// <summary>
/// Effective configs of this broker and of what lives on it, and the layers they come from, as DescribeConfigs tells
/// them
/// (Kafka's ConfigHelper, observed on 4.4.0). A snapshot over three maps: immutable, any thread; a change of any of
/// them
/// makes a new one.
/// </summary>
public sealed class ConfigResolver
{
    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    private readonly IReadOnlyDictionary<string, string> statics;
    private readonly IReadOnlyDictionary<string, string> dynamicDefaults;
    private readonly IReadOnlyDictionary<string, string> dynamics;

    /// <summary>Lays the maps over each other.</summary>
    /// <param name="statics">Configs of the properties file.</param>
    /// <param name="dynamicDefaults">Dynamic configs of all brokers; null for none.</param>
    /// <param name="dynamics">Dynamic configs of this broker; null for none.</param>
    public ConfigResolver(
        IReadOnlyDictionary<string, string> statics,
        IReadOnlyDictionary<string, string>? dynamicDefaults = null,
        IReadOnlyDictionary<string, string>? dynamics = null)
    {
        this.statics = statics;
        this.dynamicDefaults = dynamicDefaults ?? Nothing;
        this.dynamics = dynamics ?? Nothing;
        EffectiveTexts = LayOver();
        // What was stored was validated; a value that a newer version refuses falls back to the default.
        Values = ConfigValues.Read(BrokerConfigs.Table, EffectiveTexts, new List<string>());
    }

    /// <summary>
    /// What is set on this broker, dynamic over static. Other names of a dynamic setting are gone from it.
    /// </summary>
    public IReadOnlyDictionary<string, string> EffectiveTexts { get; }

    /// <summary>Every broker config, typed.</summary>
    public ConfigValues Values { get; }

    /// <summary>The same with other dynamic configs.</summary>
    public ConfigResolver With(
        IReadOnlyDictionary<string, string>? newDefaults, IReadOnlyDictionary<string, string>? newDynamics) =>
        new(statics, newDefaults ?? dynamicDefaults, newDynamics ?? dynamics);

    /// <summary>Configs of this broker.</summary>
    /// <param name="names">Those asked for; null or empty for all. Unknown ones are left out.</param>
    /// <param name="options">What else to tell.</param>
    public List<DescribedConfig> DescribeBroker(IReadOnlyCollection<string>? names, DescribeOptions options)
    {
        var described = new List<DescribedConfig>();
        var all = new SortedSet<string>(EffectiveTexts.Keys, StringComparer.Ordinal);
        foreach (var definition in BrokerConfigs.Table.All)
        {
            if (!definition.IsInternal)
                all.Add(definition.Name);
        }

        foreach (var name in all)
        {
            if (!IsWanted(name, names))
                continue;
            BrokerConfigs.TryFind(name, out var definition);
            var layers = BrokerLayers(name, definition is null or { IsSensitive: true });
            described.Add(Describe(name, definition, BrokerValue(name, definition), layers, options,
                !BrokerConfigs.IsDynamic(name)));
        }

        return described;
    }

    /// <summary>The dynamic configs that all brokers share, as they were set.</summary>
    public List<DescribedConfig> DescribeBrokerDefaults(IReadOnlyCollection<string>? names, DescribeOptions options)
    {
        var described = new List<DescribedConfig>();
        foreach (var (name, text) in dynamicDefaults.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (!IsWanted(name, names))
                continue;
            BrokerConfigs.TryFind(name, out var definition);
            var layers = BrokerLayers(name, definition is null or { IsSensitive: true });
            layers.RemoveAll(layer => layer.Source != ConfigSource.DynamicDefaultBroker);
            described.Add(Describe(name, definition, text, layers, options, !BrokerConfigs.IsDynamic(name)));
        }

        return described;
    }

    /// <summary>Configs of a topic.</summary>
    /// <param name="overrides">The topic's own.</param>
    /// <param name="names">Those asked for; null or empty for all.</param>
    /// <param name="options">What else to tell.</param>
    public List<DescribedConfig> DescribeTopic(
        IReadOnlyDictionary<string, string> overrides, IReadOnlyCollection<string>? names, DescribeOptions options) =>
        DescribeBelow(TopicConfigs.Table, ConfigSource.DynamicTopic, overrides, names, options);

    /// <summary>Configs of a group.</summary>
    /// <param name="overrides">The group's own.</param>
    /// <param name="names">Those asked for; null or empty for all.</param>
    /// <param name="options">What else to tell.</param>
    public List<DescribedConfig> DescribeGroup(
        IReadOnlyDictionary<string, string> overrides, IReadOnlyCollection<string>? names, DescribeOptions options) =>
        DescribeBelow(GroupConfigs.Table, ConfigSource.DynamicGroup, overrides, names, options);

    /// <summary>Configs of a client metrics subscription.</summary>
    /// <param name="overrides">The subscription's own.</param>
    /// <param name="names">Those asked for; null or empty for all.</param>
    /// <param name="options">What else to tell.</param>
    public List<DescribedConfig> DescribeClientMetrics(
        IReadOnlyDictionary<string, string> overrides, IReadOnlyCollection<string>? names, DescribeOptions options) =>
        DescribeBelow(ClientMetricsConfigs.Table, ConfigSource.DynamicClientMetrics, overrides, names, options);

    /// <summary>Levels of the log's areas.</summary>
    /// <param name="levels">Level by area.</param>
    /// <param name="names">Those asked for; null or empty for all.</param>
    public static List<DescribedConfig> DescribeLoggers(
        IReadOnlyDictionary<string, string> levels, IReadOnlyCollection<string>? names)
    {
        var described = new List<DescribedConfig>();
        foreach (var (name, level) in levels.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (IsWanted(name, names))
            {
                described.Add(new DescribedConfig
                {
                    Name = name,
                    Value = level,
                    IsReadOnly = false,
                    Source = ConfigSource.DynamicBrokerLogger,
                    IsSensitive = false,
                    Type = ConfigType.Unknown,
                });
            }
        }

        return described;
    }

    private static bool IsWanted(string name, IReadOnlyCollection<string>? names) =>
        names is null or { Count: 0 } || names.Contains(name);

    private List<DescribedConfig> DescribeBelow(
        ConfigTable table,
        ConfigSource source,
        IReadOnlyDictionary<string, string> overrides,
        IReadOnlyCollection<string>? names,
        DescribeOptions options)
    {
        var described = new List<DescribedConfig>();
        foreach (var definition in table.All)
        {
            // An internal config shows only where it is set.
            var isOwn = overrides.ContainsKey(definition.Name);
            if ((definition.IsInternal && !isOwn) || !IsWanted(definition.Name, names))
                continue;
            var text = TopicConfig.EffectiveText(definition, overrides, Values);
            var value = ConfigValue.ReadStored(definition, text).Render();
            var layers = definition.BrokerSynonyms.Length > 0
                ? BrokerLayers(definition.BrokerSynonyms[0].Name, isSensitive: false)
                : [];
            // Of the rest only groups tell their own default as a layer.
            if (definition.BrokerSynonyms.Length == 0 && source == ConfigSource.DynamicGroup)
                layers.Add(new ConfigSynonym(definition.Name, definition.DefaultText, ConfigSource.Default));
            if (isOwn)
                layers.Insert(0, new ConfigSynonym(definition.Name, value, source));
            described.Add(Describe(definition.Name, definition, value, layers, options, isReadOnly: false));
        }

        return described;
    }

    private static DescribedConfig Describe(
        string name,
        ConfigDefinition? definition,
        string? value,
        List<ConfigSynonym> layers,
        DescribeOptions options,
        bool isReadOnly)
    {
        var isSensitive = definition is null or { IsSensitive: true };
        return new DescribedConfig
        {
            Name = name,
            Value = isSensitive ? null : value,
            IsReadOnly = isReadOnly,
            Source = layers.Count > 0 ? layers[0].Source : ConfigSource.Default,
            IsSensitive = isSensitive,
            Type = definition?.Type ?? ConfigType.Unknown,
            Synonyms = options.IncludeSynonyms ? layers : [],
            Documentation = options.IncludeDocumentation && definition is { Doc.Length: > 0 } ? definition.Doc : null,
        };
    }

    private string? BrokerValue(string name, ConfigDefinition? definition)
    {
        if (definition == null)
            return null;
        EffectiveTexts.TryGetValue(name, out var text);
        return ConfigValue.ReadStored(definition, text ?? definition.DefaultText).Render();
    }

    /// <summary>
    /// Every layer that has a value, under any name of the setting; but what stands before the asked name's own first
    /// one
    /// is left out, so that a name that is set nowhere has no layers although another name of the setting may be.
    /// </summary>
    private List<ConfigSynonym> BrokerLayers(string name, bool isSensitive)
    {
        var names = BrokerConfigs.SynonymsOf(name);
        var layers = new List<ConfigSynonym>();
        Add(dynamics, ConfigSource.DynamicBroker);
        Add(dynamicDefaults, ConfigSource.DynamicDefaultBroker);
        Add(statics, ConfigSource.StaticBroker);
        foreach (var one in names)
        {
            if (BrokerConfigs.Table.TryFind(one, out var definition) && definition.DefaultText != null)
                layers.Add(new ConfigSynonym(one, isSensitive ? null : definition.DefaultText, ConfigSource.Default));
        }

        var own = layers.FindIndex(layer => layer.Name == name);
        layers.RemoveRange(0, own < 0 ? layers.Count : own);
        return layers;

        void Add(IReadOnlyDictionary<string, string> map, ConfigSource source)
        {
            foreach (var one in names)
            {
                if (map.TryGetValue(one, out var text))
                    layers.Add(new ConfigSynonym(one, isSensitive ? null : text, source));
            }
        }
    }

    private Dictionary<string, string> LayOver()
    {
        var texts = new Dictionary<string, string>(statics, StringComparer.Ordinal);
        foreach (var layer in (IReadOnlyDictionary<string, string>[])[dynamicDefaults, dynamics])
        {
            foreach (var (name, text) in layer)
            {
                if (!BrokerConfigs.TryListenerPrefixed(name, out _, out _))
                {
                    foreach (var other in BrokerConfigs.SynonymsOf(name))
                        texts.Remove(other);
                }

                texts[name] = text;
            }
        }

        return texts;
    }
}
