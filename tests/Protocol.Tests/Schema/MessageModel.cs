using System.Globalization;

namespace Millrace.Protocol.Tests.Schema;

/// <summary>A message as a schema states it, be it Kafka's JSON or the C# declaration: what the two are compared by.</summary>
public sealed class MessageModel
{
    public required string Name { get; init; }

    public required MessageType Type { get; init; }

    /// <summary>API key or record type; -1 where there is none.</summary>
    public required int Key { get; init; }

    public required VersionSpan Versions { get; init; }

    public required VersionSpan Flexible { get; init; }

    public bool IsLatestUnstable { get; init; }

    public required IReadOnlyList<FieldModel> Fields { get; init; }

    /// <summary>One line for each field that this version has, in order, with all that the schema says of it.</summary>
    public List<string> LinesAt(int version)
    {
        List<string> lines = [];
        AddLines(lines, Fields, version, "");
        return lines;
    }

    /// <summary>Paths of the ignorable and of the other fields, among those that some version has.</summary>
    public (HashSet<string> Ignorable, HashSet<string> Strict) FieldsByIgnorable()
    {
        HashSet<string> ignorable = [];
        HashSet<string> strict = [];
        foreach (int version in Versions.Each)
        {
            Sort(Fields, version, "");
        }

        return (ignorable, strict);

        void Sort(IReadOnlyList<FieldModel> fields, int version, string path)
        {
            foreach (FieldModel field in fields.Where(field => field.Versions.Has(version)))
            {
                (field.IsIgnorable ? ignorable : strict).Add(path + field.Name);
                Sort(field.Fields, version, $"{path}{field.Name}.");
            }
        }
    }

    private static void AddLines(List<string> lines, IReadOnlyList<FieldModel> fields, int version, string path)
    {
        foreach (FieldModel field in fields.Where(field => field.Versions.Has(version)))
        {
            lines.Add(path + field.LineAt(version));
            AddLines(lines, field.Fields, version, $"{path}{field.Name}.");
        }
    }
}

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
        line += Tag is not null && Tagged.Has(version) ? string.Create(CultureInfo.InvariantCulture, $", tag {Tag}") : "";
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
