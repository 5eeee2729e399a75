using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Base;
using Millrace.Fuzz;
using Millrace.Protocol.Tests.Golden;

namespace Millrace.Protocol.Tests.Hostile;

/// <summary>
/// What is charged for an element is what it takes: with as many of the smallest elements as are let through, memory
/// stays within the limit to the byte, which <see cref="MessageTarget.Check"/> measures.
/// </summary>
[Trait("Data", "golden")]
public sealed class MemoryChargeTests
{
    private const int ElementsMax = 30_000;

    [SharedFact]
    public void The_most_elements_that_are_let_through_stay_within_the_memory_limit()
    {
        int refused = 0;
        foreach (GoldenLine line in GoldenLine.NewestFull())
        {
            JsonObject json = JsonNode.Parse(line.Json.GetRawText())!.AsObject();
            string[] arrays = [.. json.Where(
                property => property.Value is JsonArray { Count: > 0 }).Select(property => property.Key)];
            foreach (string array in arrays)
            {
                refused += FillUpTo(line, json, arrays, array) ? 1 : 0;
            }
        }

        Assert.NotEqual(0, refused);
    }

    /// <returns>Whether so many elements were refused that the limit was reached.</returns>
    private static bool FillUpTo(GoldenLine line, JsonObject json, string[] arrays, string array)
    {
        JsonObject empty = json.DeepClone().AsObject();
        foreach (string other in arrays)
        {
            empty[other] = new JsonArray();
        }

        JsonObject single = empty.DeepClone().AsObject();
        single[array] = new JsonArray(Blank(json[array]![0]!));
        byte[] without = Encode(line, empty);
        byte[] with = Encode(line, single);
        int place = without.AsSpan().CommonPrefixLength(with);
        byte[] element = with.AsSpan(
            place + 1, Math.Min(with.Length - without.Length, with.Length - place - 1)).ToArray();

        bool flexible = line.Descriptor.IsFlexible(line.Version);
        JsonObject three = empty.DeepClone().AsObject();
        three[array] = new JsonArray([.. Enumerable.Range(0, 3).Select(_ => Blank(json[array]![0]!))]);
        if (!Compose(flexible, without, place, element, 3).AsSpan().SequenceEqual(Encode(line, three)))
        {
            // A tagged array: its size stands in front of it too.
            return false;
        }

        int accepted = 0;
        int tooMany = ElementsMax;
        while (tooMany - accepted > 1)
        {
            int middle = (accepted + tooMany) / 2;
            byte[] bytes = Compose(flexible, without, place, element, middle);
            DecodeError error = MessageTarget.Check(
                line.Descriptor, line.Version, bytes, keepUnknownTaggedFields: false);
            Assert.True(
                error.Kind is DecodeErrorKind.None or DecodeErrorKind.TooMuchMemory, $"{line} {array}: {error}");
            (accepted, tooMany) = error.IsError ? (accepted, middle) : (middle, tooMany);
        }

        return tooMany < ElementsMax;
    }

    private static byte[] Compose(bool flexible, byte[] without, int place, byte[] element, int count)
    {
        // The last byte of the count is the first that differs; an int32 has three zeros in front of it.
        int start = flexible ? place : place - 3;
        byte[] bytes = new byte[without.Length + Varint.MaxBytes32 + (count * element.Length)];
        ByteWriter writer = new(bytes);
        writer.WriteSpan(without.AsSpan(0, start));
        writer.WriteLength(count, flexible);
        for (int index = 0; index < count; index++)
        {
            writer.WriteSpan(element);
        }

        writer.WriteSpan(without.AsSpan(place + 1));
        return writer.Written.ToArray();
    }

    private static byte[] Encode(GoldenLine line, JsonObject json)
    {
        IMessage message = line.Descriptor.Create();
        message.ReadJson(JsonSerializer.SerializeToElement(json), line.Version);
        return MessageCodec.Encode(message, line.Version);
    }

    /// <summary>The same with empty texts and arrays. An id stays, and so do bytes that look like one.</summary>
    private static JsonNode Blank(JsonNode node) => node switch
    {
        JsonObject json => new JsonObject(json.Select(property =>
            KeyValuePair.Create(property.Key, property.Value is null ? null : (JsonNode?)Blank(property.Value)))),
        JsonArray => new JsonArray(),
        JsonValue value when value.TryGetValue(out string? text) && !Uuid.TryParse(text, out _) =>
            JsonValue.Create("")!,
        _ => node.DeepClone(),
    };
}
