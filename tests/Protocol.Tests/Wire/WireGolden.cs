using System.Text.Json.Nodes;

namespace Millrace.Protocol.Tests.Wire;

/// <summary>Golden lines of one message that Kafka wrote: bytes of the body, and what they mean.</summary>
internal sealed record WireGolden(short Version, string Variant, byte[] Body, JsonObject Json, bool HasUnknownTags)
{
    public string Place => $"version {Version}, {Variant}";

    public static List<WireGolden> Read(string message) =>
        File.ReadLines(Path.Combine(SharedMaterial.Golden, "clients", message + ".jsonl")).Select(Parse).ToList();

    private static WireGolden Parse(string line)
    {
        JsonNode node = JsonNode.Parse(line)!;
        return new WireGolden(
            (short)node["version"]!,
            (string)node["variant"]!,
            Convert.FromHexString((string)node["hex"]!),
            node["json"]!.AsObject(),
            node["unknownTags"] is JsonArray { Count: > 0 });
    }
}
