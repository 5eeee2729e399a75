using System.Text.Json;
using Millrace.Base;

namespace Millrace.Protocol.Tests.Golden;

/// <summary>Every message that Kafka wrote is read, understood as Kafka does, and written to the same bytes.</summary>
[Trait("Data", "golden")]
public sealed class GoldenMessageTests
{
    public static TheoryData<string> Files() => [.. GoldenLine.Files()];

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_message_is_read_as_kafka_reads_it_and_written_to_the_same_bytes(string file)
    {
        int lines = 0;
        foreach (GoldenLine line in GoldenLine.ReadFile(file))
        {
            IMessage message = Decode(line, keepUnknownTaggedFields: true);
            AssertSameJson(line, message);
            Assert.True(
                line.Bytes.AsSpan().SequenceEqual(MessageCodec.Encode(message, line.Version)),
                $"{line}: other bytes than Kafka's");
            lines++;
        }

        Assert.NotEqual(0, lines);
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void Unknown_tagged_fields_are_passed_over_unless_asked_for(string file)
    {
        foreach (GoldenLine line in GoldenLine.ReadFile(file))
        {
            IMessage message = Decode(line, keepUnknownTaggedFields: false);
            AssertSameJson(line, message);
            byte[] again = MessageCodec.Encode(message, line.Version);
            Assert.Equal(!line.HasUnknownTags, line.Bytes.AsSpan().SequenceEqual(again));
            Assert.True(again.Length <= line.Bytes.Length, $"{line} grew");
        }
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_message_comes_back_from_kafkas_json(string file)
    {
        foreach (GoldenLine line in GoldenLine.ReadFile(file).Where(line => !line.HasUnknownTags))
        {
            IMessage message = line.Descriptor.Create();
            message.ReadJson(line.Json, line.Version);
            byte[] bytes = MessageCodec.Encode(message, line.Version);
            Assert.Equal(line.Bytes.Length, bytes.Length);

            // Kafka's JSON gives only the size of record batches.
            if (!line.Json.GetRawText().Contains("ecordsSizeInBytes\"", StringComparison.Ordinal))
            {
                Assert.True(line.Bytes.AsSpan().SequenceEqual(bytes), $"{line}: other bytes than Kafka's");
            }
        }
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void Our_json_with_records_in_full_loses_nothing(string file)
    {
        foreach (GoldenLine line in GoldenLine.ReadFile(file).Where(line => !line.HasUnknownTags))
        {
            string json = Decode(line, keepUnknownTaggedFields: false).ToJson(line.Version, withRecords: true);
            IMessage back = line.Descriptor.Create();
            back.ReadJson(JsonDocument.Parse(json).RootElement, line.Version);
            Assert.True(line.Bytes.AsSpan().SequenceEqual(MessageCodec.Encode(back, line.Version)), $"{line}: {json}");
        }
    }

    [SharedFact]
    public void Every_version_of_every_message_has_golden_lines()
    {
        HashSet<(string, short)> written = [.. GoldenLine.ReadAll().Select(line => (line.Message, line.Version))];
        foreach (MessageDescriptor message in MessageCatalog.All)
        {
            for (short version = message.VersionMin; version <= message.VersionMax; version++)
            {
                // Only Kafka 3.9 and older have this request and header version, and the kit wrote no bytes of it.
                bool known = written.Contains((message.Name, version))
                    || (message.Name, version) == ("RequestHeader", (short)0);
                Assert.True(known, $"{message.Name} {version}");
            }
        }
    }

    private static IMessage Decode(GoldenLine line, bool keepUnknownTaggedFields)
    {
        IMessage message = line.Descriptor.Create();
        DecodeError error = MessageCodec.Decode(line.Bytes, line.Version, message, keepUnknownTaggedFields);
        Assert.False(error.IsError, $"{line}: {error}");
        return message;
    }

    private static void AssertSameJson(GoldenLine line, IMessage message)
    {
        JsonElement json = JsonDocument.Parse(message.ToJson(line.Version)).RootElement;
        string? difference = JsonMeaning.Difference(line.Json, json);
        Assert.True(difference is null, $"{line}: {difference}");
    }
}
