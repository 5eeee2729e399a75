using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Millrace.Broker;

/// <summary>Every config of one kind of resource, by name. Immutable; any thread.</summary>
public sealed class ConfigTable
{
    private readonly FrozenDictionary<string, ConfigDefinition> byName;

    internal ConfigTable(params ConfigDefinition[][] areas)
    {
        All = [.. areas.SelectMany(area => area).OrderBy(definition => definition.Name, StringComparer.Ordinal)];
        byName = All.ToFrozenDictionary(definition => definition.Name, StringComparer.Ordinal);
    }

    /// <summary>All definitions, in the order of their names.</summary>
    public IReadOnlyList<ConfigDefinition> All { get; }

    public bool TryFind(string name, [NotNullWhen(true)] out ConfigDefinition? definition) =>
        byName.TryGetValue(name, out definition);

    /// <summary>The definition of a config that is known to exist; throws where it does not.</summary>
    public ConfigDefinition this[string name] => byName[name];
}
