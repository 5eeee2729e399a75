using System.Text.Json;

namespace Millrace.Protocol.Tests.Golden;

/// <summary>One line of a golden file of messages: bytes that Kafka wrote, and what is in them.</summary>
/// <param name="Message">Kafka's name of the message.</param>
/// <param name="Version">The version written.</param>
/// <param name="Variant">How it was filled; see the golden files' README.</param>
/// <param name="Bytes">The body alone.</param>
/// <param name="Json">Kafka's JSON of it.</param>
/// <param name="HasUnknownTags">Whether there are tagged fields that no schema knows.</param>
public sealed record GoldenLine(
    string Message, short Version, string Variant, byte[] Bytes, JsonElement Json, bool HasUnknownTags)
{
    /// <summary>The folders that hold messages; the other ones hold records and files.</summary>
    private static readonly string[] Modules =
    [
        "clients", "clients-3.9", "group-coordinator", "metadata", "raft", "share-coordinator", "storage",
        "transaction-coordinator",
    ];

    /// <summary>Paths of all files of messages, relative to the golden folder.</summary>
    public static IEnumerable<string> Files() => Modules
        .SelectMany(module => Directory.EnumerateFiles(Path.Combine(SharedMaterial.Golden, module), "*.jsonl"))
        .Where(path => Path.GetFileName(path) != "framing.jsonl")
        .Select(path => Path.GetRelativePath(SharedMaterial.Golden, path))
        .Order(StringComparer.Ordinal);

    public static IEnumerable<GoldenLine> ReadFile(string file) =>
        File.ReadLines(Path.Combine(SharedMaterial.Golden, file)).Select(Parse);

    /// <summary>Every line of every file.</summary>
    public static IEnumerable<GoldenLine> ReadAll() => Files().SelectMany(ReadFile);

    /// <summary>The full variant of each message at its newest version, and at its newest inflexible one.</summary>
    public static IEnumerable<GoldenLine> NewestFull() => ReadAll()
        .Where(line => line.Variant == "full")
        .GroupBy(line => (line.Message, line.Descriptor.IsFlexible(line.Version)))
        .Select(lines => lines.MaxBy(line => line.Version)!);

    private static GoldenLine Parse(string line)
    {
        JsonElement root = JsonDocument.Parse(line).RootElement;
        return new GoldenLine(
            root.GetProperty("message").GetString()!,
            root.GetProperty("version").GetInt16(),
            root.GetProperty("variant").GetString()!,
            Convert.FromHexString(root.GetProperty("hex").GetString()!),
            root.GetProperty("json"),
            root.TryGetProperty("unknownTags", out JsonElement tags) && tags.GetArrayLength() > 0);
    }

    /// <summary>The message's declaration.</summary>
    public MessageDescriptor Descriptor => MessageCatalog.TryFind(Message, out MessageDescriptor? descriptor)
        ? descriptor
        : throw new InvalidOperationException($"{Message} is not declared.");

    public override string ToString() => $"{Message} {Version} {Variant}";
}
