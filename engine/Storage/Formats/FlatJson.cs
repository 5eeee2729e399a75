using System.Text.Json;

namespace Millrace.Storage;

/// <summary>
/// The fields of one JSON object, taken out by name one after the other, so that what is left over is seen. Control
/// path only: the two files that Kafka writes in JSON are a line long.
/// </summary>
internal sealed class FlatJson
{
    private readonly Dictionary<string, JsonElement> fields = [];

    private FlatJson(string? damage) => Damage = damage;

    /// <summary>Why the text is no JSON object, or null.</summary>
    internal string? Damage { get; }

    /// <summary>Whether every field has been taken.</summary>
    internal bool IsEmpty => fields.Count == 0;

    internal static FlatJson Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            Utf8JsonReader reader = new(text);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || text[(int)reader.BytesConsumed..].Trim("\r\n"u8).Length > 0)
            {
                return new FlatJson("it is not one JSON object");
            }

            FlatJson result = new(damage: null);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!result.fields.TryAdd(property.Name, property.Value.Clone()))
                {
                    return new FlatJson($"field {property.Name} stands there twice");
                }
            }

            return result;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The parser of the framework has no form that answers instead of throwing; this is a start, not a data
            // path.
            return new FlatJson("it is not JSON");
        }
    }

    internal bool TryTakeInt64(string name, out long value)
    {
        value = 0;
        return fields.Remove(name, out JsonElement element)
            && element.ValueKind == JsonValueKind.Number
            && element.TryGetInt64(out value);
    }

    internal bool TryTakeInt32(string name, out int value)
    {
        bool taken = TryTakeInt64(name, out long wide) && wide is >= int.MinValue and <= int.MaxValue;
        value = taken ? (int)wide : 0;
        return taken;
    }

    internal bool TryTakeText(string name, out string value)
    {
        value = "";
        if (!fields.Remove(name, out JsonElement element) || element.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        value = element.GetString()!;
        return true;
    }

    /// <summary>Takes an array of objects, or a null, in place of which it answers null.</summary>
    internal bool TryTakeObjects(string name, out JsonElement[]? elements)
    {
        elements = null;
        if (!fields.Remove(name, out JsonElement element))
        {
            return false;
        }

        if (element.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        elements = element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : null;
        return elements is not null;
    }
}
