using System.Text.Json;

namespace Millrace.Protocol.Tests.Records;

/// <summary>Kafka's own record files and what stands in them.</summary>
internal static class GoldenRecords
{
    private static string Folder => Path.Combine(SharedMaterial.Golden, "records");

    public static byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(Folder, file));

    /// <summary>One element for each line of <c>records/NAME.jsonl</c>.</summary>
    public static IReadOnlyList<JsonElement> Lines(string name)
    {
        List<JsonElement> lines = [];
        foreach (string line in File.ReadLines(Path.Combine(Folder, name + ".jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            lines.Add(document.RootElement.Clone());
        }

        return lines;
    }

    public static TheoryData<string> Files(string name)
    {
        TheoryData<string> files = [];
        foreach (JsonElement line in Lines(name))
        {
            files.Add(line.GetProperty("file").GetString()!);
        }

        return files;
    }

    public static JsonElement Line(string name, string file) =>
        Lines(name).Single(line => line.GetProperty("file").GetString() == file);
}
