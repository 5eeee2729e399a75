using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Millrace.Testing;

namespace Millrace.Protocol.Tests.Schema;

/// <summary>Reads Kafka's message schemas from the reference material.</summary>
public static class KafkaSchema
{
    /// <summary>The folder of versions that Kafka 4 took away.</summary>
    public const string OldModule = "clients-3.9";

    private static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly ConcurrentDictionary<string, List<MessageModel>> AlreadyRead = new();

    public static IEnumerable<string> Modules =>
        Directory.GetDirectories(SharedMaterial.Messages).Select(folder => Path.GetFileName(folder)).Order();

    /// <summary>The module's messages; none where there is no such module.</summary>
    public static List<MessageModel> ReadModule(string module) => AlreadyRead.GetOrAdd(module, ReadFolder);

    private static List<MessageModel> ReadFolder(string module)
    {
        string folder = Path.Combine(SharedMaterial.Messages, module);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.json").Order().Select(Read)] : [];
    }

    private static MessageModel Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
        JsonElement root = document.RootElement;
        Dictionary<string, JsonElement> commonStructs = [];
        foreach (JsonElement common in Children(root, "commonStructs"))
        {
            commonStructs.Add(Text(common, "name")!, common);
        }

        return new MessageModel
        {
            Name = Text(root, "name")!,
            Type = ParseType(Text(root, "type")!),
            Key = root.TryGetProperty("apiKey", out JsonElement key) ? key.GetInt32() : -1,
            Versions = Span(root, "validVersions") ?? throw new InvalidDataException(path),
            Flexible = Span(root, "flexibleVersions") ?? VersionSpan.None,
            IsLatestUnstable = Flag(root, "latestVersionUnstable"),
            Fields = [.. Children(root, "fields").Select(field => ReadField(field, commonStructs))],
        };
    }

    private static FieldModel ReadField(JsonElement field, Dictionary<string, JsonElement> commonStructs)
    {
        string name = Text(field, "name")!;
        string type = Text(field, "type")!;
        VersionSpan tagged = Span(field, "taggedVersions") ?? VersionSpan.None;
        VersionSpan nullable = Span(field, "nullableVersions") ?? VersionSpan.None;
        string element = type.Replace("[]", "", StringComparison.Ordinal);
        JsonElement shape = commonStructs.TryGetValue(element, out JsonElement common) ? common : field;
        return new FieldModel
        {
            Name = char.ToUpperInvariant(name[0]) + name[1..],
            Type = type,
            Versions = Span(field, "versions") ?? tagged,
            Nullable = nullable,
            Tag = field.TryGetProperty("tag", out JsonElement tag) ? tag.GetInt32() : null,
            Tagged = tagged,
            Default = Default(field, type),
            Entity = Text(field, "entityType") is { } entity ? char.ToUpperInvariant(entity[0]) + entity[1..] : null,
            IsMapKey = Flag(field, "mapKey"),
            IsIgnorable = Flag(field, "ignorable"),
            IsZeroCopy = Flag(field, "zeroCopy"),
            IsNeverFlexible = Text(field, "flexibleVersions") == "none",
            Fields = [.. Children(shape, "fields").Select(child => ReadField(child, commonStructs))],
        };
    }

    /// <summary>A JSON null is as good as no default, as Kafka's own generator has it.</summary>
    private static string Default(JsonElement field, string type)
    {
        string? given = Text(field, "default");
        bool isNull = given == "null" || type == "records";
        if (type.StartsWith("[]", StringComparison.Ordinal) || type is "bytes" or "records")
        {
            return isNull ? "null" : "[]";
        }

        return type switch
        {
            "string" => isNull ? "null" : $"\"{given}\"",
            "bool" => given == "true" ? "true" : "false",
            "uuid" => given is null ? "zero" : given,
            "float64" => Real(given ?? "0"),
            _ when char.IsUpper(type[0]) => isNull ? "null" : "new",
            _ => Integer(given ?? "0"),
        };
    }

    private static string Real(string text) =>
        double.Parse(text, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private static string Integer(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            ? long.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture)
            : long.Parse(text, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private static MessageType ParseType(string text) => text switch
    {
        "request" => MessageType.Request,
        "response" => MessageType.Response,
        "header" => MessageType.Header,
        "data" => MessageType.Data,
        "metadata" => MessageType.Metadata,
        "coordinator-key" => MessageType.CoordinatorKey,
        "coordinator-value" => MessageType.CoordinatorValue,
        _ => throw new InvalidDataException($"Kafka has a new type of message: {text}"),
    };

    private static IEnumerable<JsonElement> Children(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement array) ? array.EnumerateArray() : [];

    private static VersionSpan? Span(JsonElement element, string name) =>
        Text(element, name) is { } text ? VersionSpan.Parse(text) : null;

    private static bool Flag(JsonElement element, string name) => Text(element, name) == "true";

    /// <summary>
    /// The text of a property, or null where there is none; schemas write numbers and truth values both ways.
    /// </summary>
    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.GetRawText(),
        };
    }
}
