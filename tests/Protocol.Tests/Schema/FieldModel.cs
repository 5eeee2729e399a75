using System.Globalization;

namespace Millrace.Protocol.Tests.Schema;

/// <summary>A field with its struct's fields, where it is one.</summary>
public sealed class FieldModel
{
    /// <summary>Kafka's name with a capital first letter.</summary>
    public required string Name { get; init; }

    /// <summary>Kafka's type: <c>int32</c>, <c>[]string</c>, <c>[]TopicData</c>.</summary>
    public required string Type { get; init; }

    public required VersionSpan Versions { get; init; }

    public VersionSpan Nullable { get; init; } = VersionSpan.None;

    public int? Tag { get; init; }

    public VersionSpan Tagged { get; init; } = VersionSpan.None;

    /// <summary><c>null</c>, <c>[]</c>, <c>new</c>, a quoted text, <c>true</c>, or a number.</summary>
    public required string Default { get; init; }

    public string? Entity { get; init; }

    public bool IsMapKey { get; init; }

    public bool IsIgnorable { get; init; }

    public bool IsZeroCopy { get; init; }

    public bool IsNeverFlexible { get; init; }

    public required IReadOnlyList<FieldModel> Fields { get; init; }

    public string LineAt(int version)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{Name}: {Type} = {DefaultAt(version)}");
        line += Nullable.Has(version) ? ", nullable" : "";
        line += Tag is { } tag && Tagged.Has(version) ? ", tag " + tag.ToString(CultureInfo.InvariantCulture) : "";
        line += Entity is null ? "" : $", {Entity}";
        line += IsMapKey ? ", map key" : "";
        line += IsZeroCopy ? ", zero copy" : "";
        line += IsNeverFlexible ? ", never flexible" : "";
        return line;
    }

    /// <summary>
    /// Kafka's records are null by default even where null cannot be written; here a field that is never null is empty.
    /// </summary>
    private string DefaultAt(int version) =>
        Type == "records" && Default == "null" && !Nullable.Has(version) ? "[]" : Default;
}
