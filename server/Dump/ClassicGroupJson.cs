using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Server;

/// <summary>
/// A classic group's record as JSON. What its members say to each other is bytes to the broker; of consumers a dump
/// shows it decoded, as Kafka's does.
/// </summary>
internal static class ClassicGroupJson
{
    private const string ConsumerProtocolType = "consumer";

    public static void Write(GroupMetadataValue group, Utf8JsonWriter json, short version)
    {
        if (group.ProtocolType != ConsumerProtocolType || group.Members.Length == 0)
        {
            group.WriteJson(json, version);
            return;
        }

        JsonNode tree = ToTree(group, version);
        for (int index = 0; index < group.Members.Length; index++)
        {
            JsonNode member = tree["members"]![index]!;
            Replace(member, "subscription", group.Members[index].Subscription, new ConsumerProtocolSubscription());
            Replace(member, "assignment", group.Members[index].Assignment, new ConsumerProtocolAssignment());
        }

        tree.WriteTo(json);
    }

    /// <summary>Bytes that are not of the consumer protocol, or of a version that is not known, stay bytes.</summary>
    private static void Replace(JsonNode member, string name, byte[] bytes, IMessage empty)
    {
        if (!BinaryPrimitives.TryReadInt16BigEndian(bytes, out short version) || !empty.Descriptor.Supports(version))
        {
            return;
        }

        // Clients may put more behind what this version has.
        ByteReader reader = new(bytes.AsSpan(sizeof(short)));
        empty.Read(ref reader, version);
        if (!reader.Failed)
        {
            member[name] = ToTree(empty, version);
        }
    }

    private static JsonNode ToTree(IMessage message, short version)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            message.WriteJson(json, version);
        }

        return JsonNode.Parse(buffer.WrittenSpan)!;
    }
}
