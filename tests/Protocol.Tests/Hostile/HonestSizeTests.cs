using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Base;
using Millrace.Protocol.Tests.Golden;

namespace Millrace.Protocol.Tests.Hostile;

/// <summary>
/// The memory limit stops amplification, not large messages of honest content: four thousand elements as Kafka wrote
/// them, whose names are as different as those of four thousand topics have to be.
/// </summary>
[Trait("Data", "golden")]
public sealed class HonestSizeTests
{
    private const int Elements = 4_000;

    [SharedFact]
    public void Thousands_of_kafkas_own_elements_are_not_refused()
    {
        List<string> refused = [];
        foreach (GoldenLine line in GoldenLine.NewestFull())
        {
            JsonObject json = JsonNode.Parse(line.Json.GetRawText())!.AsObject();
            foreach (KeyValuePair<string, JsonNode?> property in json.ToArray())
            {
                if (property.Value is JsonArray { Count: > 0 } array)
                {
                    json[property.Key] = new JsonArray(
                        [.. Enumerable.Range(0, Elements).Select(
                            index => Distinct(array[index % array.Count]!, index))]);
                }
            }

            IMessage message = line.Descriptor.Create();
            message.ReadJson(JsonSerializer.SerializeToElement(json), line.Version);
            byte[] bytes = MessageCodec.Encode(message, line.Version);
            DecodeError error = MessageCodec.Decode(bytes, line.Version, line.Descriptor.Create());
            if (error.IsError)
            {
                refused.Add($"{line}: {error} of {bytes.Length}");
            }
        }

        Assert.True(refused.Count == 0, string.Join('\n', refused));
    }

    private static JsonNode Distinct(JsonNode element, int index)
    {
        JsonNode copy = element.DeepClone();
        foreach (string name in new[] { "name", "topicName", "topic", "user", "groupId" })
        {
            if (copy is JsonObject json && json[name] is JsonValue value && value.TryGetValue(out string? text))
            {
                json[name] = $"{text}-{index:D8}";
            }
        }

        return copy;
    }
}
