namespace Millrace.Protocol.Tests.Schema;

/// <summary>
/// A message as a schema states it, be it Kafka's JSON or the C# declaration: what the two are compared by.
/// </summary>
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
