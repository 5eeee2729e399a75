namespace Millrace.Broker;

/// <summary>One change of one config, as IncrementalAlterConfigs carries it.</summary>
/// <param name="Name">The config.</param>
/// <param name="Operation">What to do.</param>
/// <param name="Value">The operand; null for a deletion.</param>
public readonly record struct ConfigChange(string Name, ConfigOperation Operation, string? Value);

/// <summary>What a change comes to: the records to append, and the resource's configs after them.</summary>
/// <param name="Records">Name and new value of each changed config; a null value deletes. Kafka's
/// ConfigRecords.</param>
/// <param name="Updated">Every config of the resource afterwards.</param>
public sealed record ConfigAlterationResult(
    IReadOnlyList<KeyValuePair<string, string?>> Records, IReadOnlyDictionary<string, string> Updated);

/// <summary>
/// Decides config changes: pure, changes nothing itself. Codes and messages are Kafka 4.4's, observed; broker configs
/// are
/// refused with INVALID_REQUEST where topics, groups and subscriptions answer INVALID_CONFIG, as there. Any thread.
/// </summary>
public sealed class ConfigAlteration
{
    private const string MinInsyncReplicas = "min.insync.replicas";

    private readonly ConfigValidation validation;
    private readonly bool eligibleLeaderReplicas;

    /// <summary>Decides against the given state of the broker.</summary>
    /// <param name="broker">The broker's configs as they are.</param>
    /// <param name="isSelfContained">See <see cref="ServerProperties.IsSelfContained"/>.</param>
    /// <param name="eligibleLeaderReplicas">Whether the feature eligible.leader.replicas.version is on.</param>
    public ConfigAlteration(ConfigResolver broker, bool isSelfContained, bool eligibleLeaderReplicas)
    {
        validation = new ConfigValidation(broker, isSelfContained);
        this.eligibleLeaderReplicas = eligibleLeaderReplicas;
    }

    /// <summary>Changes some configs of a resource.</summary>
    /// <param name="resource">Whose. That it exists, and that a broker is this one, the caller has checked.</param>
    /// <param name="changes">In the order of the request.</param>
    /// <param name="current">The resource's dynamic configs as they are.</param>
    /// <param name="result">What it comes to; null where refused.</param>
    public ConfigError Incremental(
        ConfigResource resource,
        IReadOnlyList<ConfigChange> changes,
        IReadOnlyDictionary<string, string> current,
        out ConfigAlterationResult? result)
    {
        result = null;
        var error = CheckRequest(
            changes.Select(change => change.Name),
            changes.Where(change => change.Operation != ConfigOperation.Delete && change.Value == null)
                .Select(change => change.Name));
        if (error.IsError || (error = CheckResource(resource)).IsError)
            return error;

        var updated = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in current)
            updated[name] = value;
        var records = new List<KeyValuePair<string, string?>>();
        foreach (var change in changes)
        {
            updated.TryGetValue(change.Name, out var before);
            error = Apply(resource, change, before, out var after);
            if (error.IsError)
                return error;
            // Kafka writes a broker's record even where nothing changes, so that files it names are read again.
            if (after != before || resource.Type == ConfigResourceType.Broker)
                records.Add(new KeyValuePair<string, string?>(change.Name, after));
            if (after == null)
                updated.Remove(change.Name);
            else
                updated[change.Name] = after;
        }

        return Finish(resource, records, updated, out result);
    }

    /// <summary>Replaces all configs of a resource, as the old AlterConfigs does: what is not named goes.</summary>
    /// <param name="resource">Whose. That it exists, and that a broker is this one, the caller has checked.</param>
    /// <param name="configs">All that shall be set.</param>
    /// <param name="current">The resource's dynamic configs as they are.</param>
    /// <param name="result">What it comes to; null where refused.</param>
    public ConfigError Replace(
        ConfigResource resource,
        IReadOnlyList<KeyValuePair<string, string?>> configs,
        IReadOnlyDictionary<string, string> current,
        out ConfigAlterationResult? result)
    {
        result = null;
        var error = CheckRequest(
            configs.Select(config => config.Key),
            configs.Where(config => config.Value == null).Select(config => config.Key));
        if (error.IsError || (error = CheckResource(resource)).IsError)
            return error;

        var updated = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var records = new List<KeyValuePair<string, string?>>();
        foreach (var (name, value) in configs)
        {
            updated[name] = value!;
            current.TryGetValue(name, out var before);
            if (resource.Type == ConfigResourceType.Broker || before != value)
                records.Add(new KeyValuePair<string, string?>(name, value));
        }

        foreach (var name in current.Keys)
        {
            // With eligible leader replicas the cluster's min.insync.replicas always exists; replacing all keeps it.
            if (eligibleLeaderReplicas
                && name == MinInsyncReplicas
                && resource is { Type: ConfigResourceType.Broker, Name: "" }
                && !updated.ContainsKey(name))
                updated[name] = current[name];
            else if (!updated.ContainsKey(name))
                records.Add(new KeyValuePair<string, string?>(name, null));
        }

        return Finish(resource, records, updated, out result);
    }

    /// <summary>Whether these may be a new topic's configs.</summary>
    public ConfigError CheckTopic(IReadOnlyDictionary<string, string> configs) => validation.Topic(configs);

    private static ConfigError CheckRequest(IEnumerable<string> names, IEnumerable<string> nulls)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name))
                return ConfigError.InvalidRequest("Error due to duplicate config keys");
        }

        var without = string.Join(",", nulls);
        return without.Length > 0
            ? ConfigError.InvalidRequest($"Null value not supported for : {without}")
            : default;
    }

    private static ConfigError CheckResource(ConfigResource resource) => resource switch
    {
        { Type: ConfigResourceType.Topic, Name: "" } =>
            ConfigError.InvalidRequest("Default topic resources are not allowed."),
        { Type: ConfigResourceType.Group, Name: "" } =>
            ConfigError.InvalidRequest("Default group resources are not allowed."),
        { Type: ConfigResourceType.ClientMetrics, Name: "" } =>
            ConfigError.InvalidRequest("Subscription name can't be empty"),
        { Type: ConfigResourceType.Topic or ConfigResourceType.Broker or ConfigResourceType.Group
            or ConfigResourceType.ClientMetrics } => default,
        _ => ConfigError.InvalidRequest($"Unexpected resource type {resource.Type}"),
    };

    private static ConfigError Apply(ConfigResource resource, ConfigChange change, string? before, out string? after)
    {
        after = null;
        switch (change.Operation)
        {
            case ConfigOperation.Set:
                after = change.Value;
                return default;
            case ConfigOperation.Delete:
                return default;
            case ConfigOperation.Append or ConfigOperation.Subtract:
                break;
            default:
                return ConfigError.InvalidRequest($"Unknown operation type {(sbyte)change.Operation} for " +
                    $"{change.Name}");
        }

        if (!TryFindList(resource.Type, change.Name, out var defaultText))
            return NoList(resource.Type, change);
        var entries = (before ?? defaultText ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).ToList();
        foreach (var operand in change.Value!.Split(',', StringSplitOptions.TrimEntries))
        {
            if (change.Operation == ConfigOperation.Subtract)
                entries.RemoveAll(entry => entry == operand);
            else if (operand.Length > 0 && !entries.Contains(operand))
                entries.Add(operand);
        }

        after = string.Join(",", entries);
        return default;
    }

    /// <summary>Lists can be added to for brokers and topics only; Kafka knows no list types of the others.</summary>
    private static bool TryFindList(ConfigResourceType type, string name, out string? defaultText)
    {
        ConfigDefinition? definition = null;
        if (type == ConfigResourceType.Topic)
            TopicConfigs.Table.TryFind(name, out definition);
        else if (type == ConfigResourceType.Broker)
            BrokerConfigs.Table.TryFind(name, out definition);
        defaultText = definition?.DefaultText;
        return definition is { Type: ConfigType.List };
    }

    private static ConfigError NoList(ConfigResourceType type, ConfigChange change)
    {
        var isAppend = change.Operation == ConfigOperation.Append;
        return ConfigError.InvalidConfig(type == ConfigResourceType.Broker
            ? $"Config value {(isAppend ? "append" : "subtract")} is not allowed for config key: {change.Name}"
            : $"Can't {(isAppend ? "APPEND" : "SUBTRACT")} to key {change.Name} because its type is not LIST.");
    }

    private ConfigError Finish(
        ConfigResource resource,
        List<KeyValuePair<string, string?>> records,
        SortedDictionary<string, string> updated,
        out ConfigAlterationResult? result)
    {
        result = null;
        var error = resource.Type switch
        {
            ConfigResourceType.Topic => validation.Topic(updated),
            ConfigResourceType.Broker => validation.Broker(updated, isDefault: resource.Name.Length == 0),
            ConfigResourceType.Group => validation.Group(updated),
            _ => ConfigValidation.ClientMetrics(updated),
        };
        if (!error.IsError)
            error = CheckMinInsyncReplicas(resource, records);
        if (!error.IsError)
            result = new ConfigAlterationResult(records, updated);
        return error;
    }

    private ConfigError CheckMinInsyncReplicas(ConfigResource resource, List<KeyValuePair<string, string?>> records)
    {
        if (!eligibleLeaderReplicas || resource.Type != ConfigResourceType.Broker)
            return default;
        foreach (var (name, value) in records)
        {
            if (name != MinInsyncReplicas)
                continue;
            if (resource.Name.Length > 0)
            {
                return ConfigError.InvalidConfig(
                    $"Broker-level {MinInsyncReplicas} cannot be altered while ELR is enabled.");
            }

            if (value == null)
            {
                return ConfigError.InvalidConfig(
                    $"Cluster-level {MinInsyncReplicas} cannot be removed while ELR is enabled.");
            }
        }

        return default;
    }
}
