namespace Millrace.Broker;

/// <summary>One layer of a config's value.</summary>
/// <param name="Name">The name it is set under there.</param>
/// <param name="Value">The text; null for sensitive ones.</param>
/// <param name="Source">The layer.</param>
public readonly record struct ConfigSynonym(string Name, string? Value, ConfigSource Source);

/// <summary>One entry of a DescribeConfigs answer.</summary>
public sealed record DescribedConfig
{
    public required string Name { get; init; }

    /// <summary>The effective value; null where unset or sensitive.</summary>
    public required string? Value { get; init; }

    public required bool IsReadOnly { get; init; }

    public required ConfigSource Source { get; init; }

    /// <summary>Passwords, and configs whose type is not known: their value is never told.</summary>
    public required bool IsSensitive { get; init; }

    public required ConfigType Type { get; init; }

    /// <summary>Every layer, the effective one first; empty where not asked for.</summary>
    public IReadOnlyList<ConfigSynonym> Synonyms { get; init; } = [];

    /// <summary>A sentence; null where not asked for or not written.</summary>
    public string? Documentation { get; init; }

    /// <summary>What DescribeConfigs version 0 says instead of the source.</summary>
    public bool IsDefault => Source == ConfigSource.Default;
}

/// <summary>What a DescribeConfigs request wants besides values.</summary>
public readonly record struct DescribeOptions(bool IncludeSynonyms, bool IncludeDocumentation);
