using System.Buffers.Binary;
using System.Text.Json;
using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;

namespace Millrace.Coordination.Tests.Groups;

/// <summary>Records of <c>__consumer_offsets</c> as Kafka's own classes write them, every version of each.</summary>
[Trait("Data", "golden")]
public sealed class KafkaRecordTests
{
    [SharedFact]
    public void Every_record_with_its_prefix_is_read_and_written_exactly()
    {
        int count = 0;
        foreach (string file in Directory.GetFiles(Path.Join(SharedMaterial.Golden, "group-coordinator")))
        {
            foreach (string line in File.ReadLines(file))
            {
                using JsonDocument golden = JsonDocument.Parse(line);
                string message = golden.RootElement.GetProperty("message").GetString()!;
                short version = golden.RootElement.GetProperty("version").GetInt16();
                short type = golden.RootElement.GetProperty("apiKey").GetInt16();
                byte[] bytes = Convert.FromHexString(golden.RootElement.GetProperty("hex").GetString()!);
                bool isKey = message.EndsWith("Key", StringComparison.Ordinal);
                CheckRoundTrip(message, type, version, bytes, isKey);
                count++;
            }
        }

        Assert.True(count > 100, $"only {count} golden records");
    }

    [SharedFact]
    public void Stored_frames_are_read_and_written_exactly()
    {
        int count = 0;
        foreach (string line in File.ReadLines(Path.Join(SharedMaterial.Golden, "stored-framing.jsonl")))
        {
            using JsonDocument golden = JsonDocument.Parse(line);
            string message = golden.RootElement.GetProperty("message").GetString()!;
            bool isGroups = File.Exists(Path.Join(SharedMaterial.Golden, "group-coordinator", message + ".jsonl"));
            if (!isGroups || !message.EndsWith("Key", StringComparison.Ordinal))
            {
                continue;
            }

            byte[] bytes = Convert.FromHexString(golden.RootElement.GetProperty("hex").GetString()!);
            Assert.True(CoordinatorRecordFormat.TryDecode(
                RecordLog.ConsumerOffsets, bytes, default, false, out CoordinatorRecord? record, out DecodeError error),
                $"{message}: {error}");
            Assert.Equal(bytes, CoordinatorRecordFormat.EncodeKey(record));
            Assert.Null(CoordinatorRecordFormat.EncodeValue(record));
            count++;
        }

        Assert.True(count > 10, $"only {count} stored keys");
    }

    [Fact]
    public void A_record_of_an_unknown_type_is_passed_over_and_a_broken_one_is_not()
    {
        Assert.False(CoordinatorRecordFormat.TryDecode(
            RecordLog.ConsumerOffsets, [0x7f, 0xff, 1], default, false, out _, out DecodeError error));
        Assert.False(error.IsError);
        Assert.False(CoordinatorRecordFormat.TryDecode(
            RecordLog.ConsumerOffsets, [0, 2, 0, 9, 1], default, false, out _, out error));
        Assert.True(error.IsError);
        Assert.False(CoordinatorRecordFormat.TryDecode(
            RecordLog.ConsumerOffsets, [0], default, false, out _, out error));
        Assert.True(error.IsError);
    }

    private static void CheckRoundTrip(string message, short type, short version, byte[] bytes, bool isKey)
    {
        byte[] prefixed = new byte[2 + bytes.Length];
        BinaryPrimitives.WriteInt16BigEndian(prefixed, isKey ? type : version);
        bytes.CopyTo(prefixed, 2);
        byte[] key = prefixed;
        if (!isKey)
        {
            Assert.True(MessageCatalog.TryFindRecord(
                RecordLog.ConsumerOffsets, MessageType.CoordinatorKey, type, out MessageDescriptor? descriptor));
            key = CoordinatorRecordFormat.EncodeKey(new CoordinatorRecord(descriptor.Create(), null));
        }

        Assert.True(CoordinatorRecordFormat.TryDecode(
            RecordLog.ConsumerOffsets, key, isKey ? default : prefixed, !isKey, out CoordinatorRecord? record,
            out DecodeError error), $"{message} {version}: {error}");
        Assert.Equal(prefixed, isKey
            ? CoordinatorRecordFormat.EncodeKey(record)
            : CoordinatorRecordFormat.EncodeValue(record));
    }
}
