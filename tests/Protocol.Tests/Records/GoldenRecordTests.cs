using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;
using Record = Millrace.Protocol.Records.Record;

namespace Millrace.Protocol.Tests.Records;

[Trait("Data", "golden")]
public sealed class GoldenRecordTests
{
    public static TheoryData<string> Files() => GoldenRecords.Files("valid");

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_file_that_Kafka_wrote_reads_as_Kafka_reads_it(string file)
    {
        JsonElement expected = GoldenRecords.Line("valid", file);
        byte[] bytes = GoldenRecords.Bytes(file);
        using BatchDecoder decoder = new(DecompressionLimits.Streaming);
        RecordBatches batches = new(bytes);
        foreach (JsonElement batch in expected.GetProperty("batches").EnumerateArray())
        {
            Assert.True(batches.MoveNext(), batches.Fault.ToString());
            Assert.Equal(Int64(batch, "position"), batches.CurrentPosition);
            Assert.Equal(RecordFault.None, batches.Current.Check());
            RecordReader records = decoder.Read(batches.Current);
            long firstOffset = CompareRecords(batch, ref records, batches.Current.IsControl);
            CompareHeader(batch, batches.Current, firstOffset);
        }

        Assert.False(batches.MoveNext());
        Assert.Equal(RecordFault.None, batches.Fault);
        Assert.Equal(bytes.Length, batches.Position);
    }

    private static void CompareHeader(JsonElement expected, RecordBatch batch, long firstOffset)
    {
        Assert.Equal(Int64(expected, "sizeInBytes"), batch.SizeInBytes);
        Assert.Equal(Int64(expected, "magic"), batch.Magic);
        Assert.Equal(Int64(expected, "lastOffset"), batch.LastOffset);
        Assert.Equal(Int64(expected, "nextOffset"), batch.NextOffset);
        Assert.Equal(Int64(expected, "crc"), batch.Crc);
        Assert.Equal(Int64(expected, "attributes"), batch.Attributes);
        Assert.Equal(expected.GetProperty("compression").GetString(), batch.Codec.ToString().ToLowerInvariant());
        string type = batch.TimestampType == TimestampType.None ? "NoTimestampType" : batch.TimestampType.ToString();
        Assert.Equal(expected.GetProperty("timestampType").GetString(), type);
        Assert.Equal(Int64(expected, "maxTimestamp"), batch.MaxTimestamp);
        if (batch.IsLegacy)
        {
            Assert.Equal(Int64(expected, "baseOffset"), firstOffset);
            return;
        }

        Assert.Equal(Int64(expected, "baseOffset"), batch.BaseOffset);
        Assert.Equal(Int64(expected, "count"), batch.Count);
        Assert.Equal(Int64(expected, "partitionLeaderEpoch"), batch.PartitionLeaderEpoch);
        Assert.Equal(Int64(expected, "baseTimestamp"), batch.BaseTimestamp);
        Assert.Equal(Int64(expected, "producerId"), batch.ProducerId);
        Assert.Equal(Int64(expected, "producerEpoch"), batch.ProducerEpoch);
        Assert.Equal(Int64(expected, "baseSequence"), batch.BaseSequence);
        Assert.Equal(Int64(expected, "lastSequence"), batch.LastSequence);
        Assert.Equal(expected.GetProperty("transactional").GetBoolean(), batch.IsTransactional);
        Assert.Equal(expected.GetProperty("control").GetBoolean(), batch.IsControl);
        bool horizon = expected.TryGetProperty("deleteHorizonMs", out JsonElement horizonMs);
        Assert.Equal(horizon ? horizonMs.GetInt64() : -1, batch.DeleteHorizonMs);
    }

    private static long CompareRecords(JsonElement batch, ref RecordReader records, bool control)
    {
        long firstOffset = -1;
        foreach (JsonElement expected in batch.GetProperty("records").EnumerateArray())
        {
            Assert.True(records.MoveNext(), records.Fault.ToString());
            Record record = records.Current;
            firstOffset = firstOffset < 0 ? record.Offset : firstOffset;
            Assert.Equal(Int64(expected, "offset"), record.Offset);
            Assert.Equal(Int64(expected, "timestamp"), record.Timestamp);
            Assert.Equal(Int64(expected, "sizeInBytes"), record.SizeInBytes);
            if (expected.TryGetProperty("sequence", out JsonElement sequence))
            {
                Assert.Equal(sequence.GetInt32(), record.Sequence);
            }

            CompareBytes(expected, "key", record.Key, record.HasKey);
            CompareBytes(expected, "value", record.Value, record.HasValue);
            CompareHeaders(expected, record);
            if (control)
            {
                CompareControl(expected, record);
            }
        }

        Assert.False(records.MoveNext());
        Assert.Equal(RecordFault.None, records.Fault);
        return firstOffset;
    }

    private static void CompareHeaders(JsonElement record, Record actual)
    {
        RecordHeaders headers = actual.Headers;
        if (record.TryGetProperty("headers", out JsonElement expectedHeaders))
        {
            foreach (JsonElement expected in expectedHeaders.EnumerateArray())
            {
                Assert.True(headers.MoveNext());
                Assert.Equal(expected.GetProperty("key").GetString(), Encoding.UTF8.GetString(headers.Current.Key));
                CompareBytes(expected, "value", headers.Current.Value, headers.Current.HasValue);
            }
        }

        Assert.False(headers.MoveNext());
    }

    private static void CompareControl(JsonElement expected, Record record)
    {
        Assert.True(ControlRecord.TryReadType(record.Key, out ControlRecordType type));
        string name = expected.GetProperty("controlType").GetString()!.Replace("_", "", StringComparison.Ordinal);
        Assert.Equal(name, type.ToString().ToUpperInvariant());
        if (expected.TryGetProperty("coordinatorEpoch", out JsonElement epoch))
        {
            Assert.True(ControlRecord.TryReadCoordinatorEpoch(record.Value, out int coordinatorEpoch));
            Assert.Equal(epoch.GetInt32(), coordinatorEpoch);
        }
    }

    private static void CompareBytes(JsonElement expected, string name, ReadOnlySpan<byte> actual, bool isPresent)
    {
        if (expected.TryGetProperty(name, out JsonElement hex))
        {
            Assert.Equal(hex.ValueKind != JsonValueKind.Null, isPresent);
            Assert.Equal(hex.GetString() ?? "", Convert.ToHexString(actual).ToLower(CultureInfo.InvariantCulture));
            return;
        }

        Assert.Equal(Int64(expected, name + "Size"), actual.Length);
        string digest = Convert.ToHexString(SHA256.HashData(actual)).ToLower(CultureInfo.InvariantCulture);
        Assert.Equal(expected.GetProperty(name + "Sha256").GetString(), digest);
    }

    private static long Int64(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
