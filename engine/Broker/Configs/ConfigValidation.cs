using System.Globalization;
using System.Text.RegularExpressions;

namespace Millrace.Broker;

/// <summary>Whether a resource may have these configs. Pure; any thread.</summary>
internal sealed class ConfigValidation
{
    private const int IntervalMsMin = 100;
    private const int IntervalMsMax = 3_600_000;

    /// <summary>Thread counts change by a factor of two at most at a time, in Kafka and here.</summary>
    private static readonly string[] ThreadCounts =
    [
        "background.threads",
        "log.cleaner.threads",
        "num.io.threads",
        "num.network.threads",
        "num.recovery.threads.per.data.dir",
        "num.replica.fetchers",
    ];

    /// <summary>
    /// Group configs that the broker bounds on both sides, by the name behind the broker's group.x.min. and max.
    /// </summary>
    private static readonly string[] BoundedGroupConfigs =
    [
        "consumer.session.timeout.ms",
        "consumer.heartbeat.interval.ms",
        "consumer.assignment.interval.ms",
        "share.session.timeout.ms",
        "share.heartbeat.interval.ms",
        "share.assignment.interval.ms",
        "share.record.lock.duration.ms",
        "share.delivery.count.limit",
        "share.partition.max.record.locks",
        "streams.session.timeout.ms",
        "streams.heartbeat.interval.ms",
        "streams.assignment.interval.ms",
    ];

    private static readonly HashSet<string> ClientSelectors = new(StringComparer.Ordinal)
    {
        "client_instance_id",
        "client_id",
        "client_software_name",
        "client_software_version",
        "client_source_address",
        "client_source_port",
    };

    private readonly ConfigResolver broker;
    private readonly bool isSelfContained;

    internal ConfigValidation(ConfigResolver broker, bool isSelfContained)
    {
        this.broker = broker;
        this.isSelfContained = isSelfContained;
    }

    internal ConfigError Topic(IReadOnlyDictionary<string, string> configs)
    {
        var error = CheckTable(TopicConfigs.Table, "topic", configs);
        if (error.IsError)
            return error;
        var lagMin = Effective("min.compaction.lag.ms");
        var lagMax = Effective("max.compaction.lag.ms");
        if (lagMin.Long > lagMax.Long)
        {
            return ConfigError.InvalidConfig("conflict topic config setting min.compaction.lag.ms " +
                $"({lagMin.Render()}) > max.compaction.lag.ms ({lagMax.Render()})");
        }

        return Effective("remote.storage.enable").Boolean && !broker.Values.Boolean("remote.log.storage.system.enable")
            ? ConfigError.InvalidConfig("Tiered Storage functionality is disabled in the broker. Topic cannot be " +
                "configured with remote log storage.")
            : default;

        ConfigValue Effective(string name)
        {
            var definition = TopicConfigs.Table[name];
            return ConfigValue.ReadStored(definition, TopicConfig.EffectiveText(definition, configs, broker.Values));
        }
    }

    /// <summary>Every dynamic config of a broker, or of all brokers, as they would be.</summary>
    internal ConfigError Broker(IReadOnlyDictionary<string, string> configs, bool isDefault)
    {
        var error = CheckNames(configs.Keys, BrokerConfigs.IsReadOnly, "Cannot update these configs dynamically");
        if (!error.IsError)
        {
            error = CheckNames(configs.Keys, BrokerConfigs.NeedsListenerPrefix, "These security configs can be " +
                "dynamically " +
                "updated only per-listener using the listener prefix");
        }

        if (error.IsError)
            return error;
        foreach (var (name, text) in configs)
        {
            if (BrokerConfigs.TryFind(name, out var definition)
                && ConfigValue.Read(definition, text, out _) is { } message)
                return ConfigError.InvalidRequest(message);
        }

        if (isDefault)
        {
            error = CheckNames(configs.Keys, BrokerConfigs.IsPerBroker,
                "Cannot update these configs at default cluster level, broker id must be specified");
            if (error.IsError)
                return error;
        }

        return CheckTogether(isDefault ? broker.With(configs, null) : broker.With(null, configs));
    }

    internal ConfigError Group(IReadOnlyDictionary<string, string> configs)
    {
        var error = CheckTable(GroupConfigs.Table, "group", configs);
        if (error.IsError)
            return error;
        foreach (var name in BoundedGroupConfigs)
        {
            if (!configs.ContainsKey(name))
                continue;
            var (value, kind, rest) = (Effective(name).Int, name[..name.IndexOf('.')], name[(name.IndexOf('.') + 1)..]);
            var lowest = broker.Values.Int($"group.{kind}.min.{rest}");
            var highest = broker.Values.Int($"group.{kind}.max.{rest}");
            if (value < lowest || value > highest)
                return ConfigError.InvalidConfig($"{name} must be in the range {lowest} to {highest} inclusive.");
        }

        foreach (var name in (string[])["streams.num.standby.replicas", "streams.num.warmup.replicas"])
        {
            var highest = broker.Values.Int("group.streams.max." + name["streams.num.".Length..]);
            if (configs.ContainsKey(name) && Effective(name).Int > highest)
                return ConfigError.InvalidConfig($"{name} must be less than or equal to {highest}");
        }

        var lowestInterval = broker.Values.Int("group.streams.min.task.offset.interval.ms");
        if (configs.ContainsKey("streams.task.offset.interval.ms")
            && Effective("streams.task.offset.interval.ms").Int < lowestInterval)
        {
            return ConfigError.InvalidConfig(
                $"streams.task.offset.interval.ms must be greater than or equal to {lowestInterval}");
        }

        foreach (var kind in (string[])["consumer", "share", "streams"])
        {
            if (Effective($"{kind}.session.timeout.ms").Int <= Effective($"{kind}.heartbeat.interval.ms").Int)
            {
                return ConfigError.InvalidConfig(
                    $"{kind}.session.timeout.ms must be greater than {kind}.heartbeat.interval.ms");
            }
        }

        return CheckGroupNames(configs);

        ConfigValue Effective(string name)
        {
            var definition = GroupConfigs.Table[name];
            return ConfigValue.ReadStored(definition, TopicConfig.EffectiveText(definition, configs, broker.Values));
        }
    }

    internal static ConfigError ClientMetrics(IReadOnlyDictionary<string, string> configs)
    {
        foreach (var (name, text) in configs)
        {
            if (!ClientMetricsConfigs.Table.TryFind(name, out var definition))
                return ConfigError.InvalidRequest($"Unknown client metrics configuration: {name}");
            var message = ConfigValue.Read(definition, text, out var value);
            if (message != null)
                return ConfigError.InvalidConfig(message);
            if (name == "interval.ms" && value.Int is < IntervalMsMin or > IntervalMsMax)
            {
                return ConfigError.InvalidRequest($"Invalid value {value.Render()} for interval.ms, interval must be " +
                    $"between {IntervalMsMin} and {IntervalMsMax} (1 hour)");
            }

            if (name != "match")
                continue;
            foreach (var pattern in value.Items)
            {
                if (!IsClientPattern(pattern))
                    return ConfigError.InvalidConfig($"Illegal client matching pattern: {pattern}");
            }
        }

        return default;
    }

    private static bool IsClientPattern(string pattern)
    {
        var sign = pattern.IndexOf('=');
        if (sign <= 0 || !ClientSelectors.Contains(pattern[..sign].Trim()))
            return false;
        try
        {
            // The pattern comes from an operator and is only parsed here; matching sets a bound of its own.
            _ = new Regex(pattern[(sign + 1)..].Trim(), RegexOptions.CultureInvariant);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static ConfigError CheckTable(ConfigTable table, string kind, IReadOnlyDictionary<string, string> configs)
    {
        foreach (var name in configs.Keys)
        {
            if (!table.TryFind(name, out _))
                return ConfigError.InvalidConfig($"Unknown {kind} config name: {name}");
        }

        foreach (var (name, text) in configs)
        {
            var message = ConfigValue.Read(table[name], text, out _);
            if (message != null)
                return ConfigError.InvalidConfig(message);
        }

        return default;
    }

    private static ConfigError CheckNames(IEnumerable<string> names, Func<string, bool> isBad, string message)
    {
        var bad = names.Where(isBad).ToArray();
        return bad.Length == 0 ? default : ConfigError.InvalidRequest($"{message}: [{string.Join(", ", bad)}]");
    }

    private ConfigError CheckTogether(ConfigResolver changed)
    {
        foreach (var name in ThreadCounts)
        {
            var (before, after) = (broker.Values.Int(name), changed.Values.Int(name));
            var text = after.ToString(CultureInfo.InvariantCulture);
            if (after > before * 2L)
            {
                return ConfigError.InvalidRequest(ConfigRule.Invalid(
                    name, text, $"value should not be greater than double the current value {before}"));
            }

            if (after < before / 2)
            {
                return ConfigError.InvalidRequest(ConfigRule.Invalid(
                    name, text, $"value should be at least half the current value {before}"));
            }
        }

        var errors = ServerConfig.Read(changed.EffectiveTexts, isSelfContained, out _);
        return errors.Count == 0 ? default : ConfigError.InvalidRequest(errors[0]);
    }

    private ConfigError CheckGroupNames(IReadOnlyDictionary<string, string> configs)
    {
        if (configs.TryGetValue("errors.deadletterqueue.topic.name", out var topic)
            && topic.Trim().StartsWith("__", StringComparison.Ordinal))
        {
            return ConfigError.InvalidConfig(
                "errors.deadletterqueue.topic.name: DLQ topic name must not start with '__'");
        }

        var assignors = broker.Values.List("group.streams.assignors");
        return configs.TryGetValue("streams.assignor.name", out var assignor) && !assignors.Contains(assignor.Trim())
            ? ConfigError.InvalidConfig($"streams.assignor.name '{assignor.Trim()}' is not a registered task " +
                "assignor. " +
                $"Registered assignors are: [{string.Join(", ", assignors)}].")
            : default;
    }
}
