using System.Text.Json;
using Millrace.Testing;

namespace Millrace.Broker.Tests;

/// <summary>Holds our tables against what Kafka 4.4.0's own classes say of each config.</summary>
public class ConfigFactsTests
{
    private const string OurPrefix = "millrace.";

    [SharedFact(SharedPart.Facts)]
    public void Every_broker_config_is_as_Kafka_defines_it()
    {
        using var facts = Open("broker-configs.json");
        var configs = facts.RootElement.GetProperty("configs");
        Assert.Empty(Differences(configs, BrokerConfigs.Table));
        Assert.Equal(facts.RootElement.GetProperty("count").GetInt32(),
            BrokerConfigs.Table.All.Count(one => !one.Name.StartsWith(OurPrefix, StringComparison.Ordinal)));
        Assert.Empty(Differences(facts.RootElement.GetProperty("dynamicOnlyDefinitions"), BrokerConfigs.DynamicOnly));
    }

    [SharedFact(SharedPart.Facts)]
    public void Every_topic_config_is_as_Kafka_defines_it()
    {
        using var facts = Open("topic-configs.json");
        Assert.Empty(Differences(facts.RootElement, TopicConfigs.Table));
    }

    [SharedFact(SharedPart.Facts)]
    public void Every_group_config_is_as_Kafka_defines_it()
    {
        using var facts = Open("group-configs.json");
        Assert.Empty(Differences(facts.RootElement, GroupConfigs.Table));
    }

    [SharedFact(SharedPart.Facts)]
    public void Every_client_metrics_config_is_as_Kafka_defines_it()
    {
        using var facts = Open("client-metrics-configs.json");
        Assert.Empty(Differences(facts.RootElement, ClientMetricsConfigs.Table));
    }

    [SharedFact(SharedPart.Facts)]
    public void Configs_with_a_listener_prefix_behave_as_in_Kafka()
    {
        using var facts = Open("broker-configs.json");
        var only = Names(facts.RootElement, "perListenerPrefixed");
        var wide = Names(facts.RootElement, "perListenerPrefixedClusterWide");
        var mechanisms = Names(facts.RootElement, "perListenerAndMechanismPrefixed");
        foreach (var name in BrokerConfigs.Table.All.Select(one => one.Name))
        {
            Assert.Equal(only.Contains(name), BrokerConfigs.NeedsListenerPrefix(name));
            Assert.Equal(!wide.Contains(name), BrokerConfigs.IsPerBroker("listener.name.internal." + name));
            var withMechanism = $"listener.name.internal.plain.{name}";
            var behind = mechanisms.Contains(name) ? name : "plain." + name;
            Assert.Equal(behind, BrokerConfigs.SynonymsOf(withMechanism)[^1]);
        }
    }

    [SharedFact(SharedPart.Facts)]
    public void Resource_types_have_Kafkas_numbers()
    {
        using var facts = Open("config-resource-types.json");
        foreach (var type in facts.RootElement.EnumerateArray())
        {
            var name = type.GetProperty("name").GetString()!.Replace("_", "", StringComparison.Ordinal);
            var ours = Enum.Parse<ConfigResourceType>(name, ignoreCase: true);
            Assert.Equal(type.GetProperty("code").GetInt32(), (int)ours);
        }
    }

    [Fact]
    public void Every_default_is_valid_and_in_its_normal_form()
    {
        ConfigTable[] tables = [BrokerConfigs.Table, BrokerConfigs.DynamicOnly, TopicConfigs.Table, GroupConfigs.Table,
            ClientMetricsConfigs.Table];
        foreach (var definition in tables.SelectMany(table => table.All).Where(one => one.DefaultText != null))
        {
            Assert.Null(ConfigValue.Read(definition, definition.DefaultText, out var value));
            Assert.Equal(definition.DefaultText, value.Render());
        }
    }

    [Fact]
    public void Every_fallback_of_a_topic_or_group_config_exists()
    {
        foreach (var definition in TopicConfigs.Table.All.Concat(GroupConfigs.Table.All))
        {
            Assert.All(definition.BrokerSynonyms, synonym =>
                Assert.True(BrokerConfigs.Table.TryFind(synonym.Name, out _)));
        }
    }

    private static JsonDocument Open(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedMaterial.Facts, file)));

    private static HashSet<string> Names(JsonElement facts, string list) =>
        [.. facts.GetProperty(list).EnumerateArray().Select(one => one.GetString()!)];

    private static List<string> Differences(JsonElement facts, ConfigTable table)
    {
        var expected = facts.EnumerateArray().ToDictionary(fact => fact.GetProperty("name").GetString()!, FromFact);
        var actual = table.All
            .Where(one => !one.Name.StartsWith(OurPrefix, StringComparison.Ordinal))
            .ToDictionary(one => one.Name, one => FromDefinition(one, expected.GetValueOrDefault(one.Name, "")));
        return
        [
            .. expected.Keys.Except(actual.Keys).Select(name => $"missing: {name}"),
            .. actual.Keys.Except(expected.Keys).Select(name => $"not Kafka's: {name}"),
            .. expected.Where(one => actual.TryGetValue(one.Key, out var ours) && ours != one.Value)
                .Select(one => $"{one.Key}: Kafka has {one.Value}, we have {actual[one.Key]}"),
        ];
    }

    private static string FromFact(JsonElement fact)
    {
        var synonyms = fact.TryGetProperty("synonyms", out var list)
            ? string.Join(",", list.EnumerateArray().Select(one => one.GetString()))
            : "";
        var brokers = fact.TryGetProperty("brokerSynonyms", out list)
            ? string.Join(",", list.EnumerateArray().Select(one =>
                $"{one.GetProperty("name")}*{(one.TryGetProperty("factor", out var factor) ? factor.GetInt64() : 1)}"))
            : fact.TryGetProperty("brokerSynonym", out var single) ? $"{single.GetString()}*1" : "";
        return string.Join(" | ",
            fact.GetProperty("type").GetString(),
            fact.TryGetProperty("required", out _) ? "required" : fact.GetProperty("default").GetString() ?? "null",
            fact.TryGetProperty("validator", out var validator) ? validator.GetString() : "",
            fact.GetProperty("importance").GetString(),
            fact.TryGetProperty("internal", out _),
            fact.TryGetProperty("update", out var update) ? update.GetString() : "",
            synonyms,
            brokers);
    }

    private static string FromDefinition(ConfigDefinition definition, string fact)
    {
        var update = definition.Update switch
        {
            ConfigUpdate.ReadOnly => "read-only",
            ConfigUpdate.PerBroker => "per-broker",
            _ => "cluster-wide",
        };
        // Only the broker's facts tell where a config can be changed.
        var tellsUpdate = fact.Split(" | ") is [_, _, _, _, _, { Length: > 0 }, ..];
        return string.Join(" | ",
            definition.Type.ToString().ToUpperInvariant(),
            definition.IsRequired ? "required" : definition.DefaultText ?? "null",
            definition.Rule?.Text ?? "",
            definition.Importance.ToString().ToUpperInvariant(),
            definition.IsInternal,
            tellsUpdate ? update : "",
            string.Join(",", definition.Synonyms),
            string.Join(",", definition.BrokerSynonyms.Select(one => $"{one.Name}*{one.Factor}")));
    }
}
