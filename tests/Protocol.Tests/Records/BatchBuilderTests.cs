using System.Text;
using System.Text.Json;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Protocol.Tests.Records;

public sealed class BatchBuilderTests
{
    public static TheoryData<string> PlainFiles()
    {
        TheoryData<string> files = [];
        foreach (JsonElement line in GoldenRecords.Lines("valid"))
        {
            string file = line.GetProperty("file").GetString()!;
            bool plain = line.GetProperty("batches").EnumerateArray().All(batch =>
                batch.GetProperty("magic").GetInt32() == 2 && batch.GetProperty("compression").GetString() == "none");

            // The create times under an append time, and those of records long compacted away, cannot be read back.
            bool hidesTimes = file.Contains("append-time", StringComparison.Ordinal)
                || file.Contains("empty", StringComparison.Ordinal);
            if (plain && !hidesTimes)
            {
                files.Add(file);
            }
        }

        return files;
    }

    [SharedTheory]
    [MemberData(nameof(PlainFiles))]
    [Trait("Data", "golden")]
    public void A_plain_batch_of_Kafka_built_again_has_the_same_bytes(string file)
    {
        byte[] bytes = GoldenRecords.Bytes(file);
        using BatchBuilder builder = new();
        RecordBatches batches = new(bytes);
        while (batches.MoveNext())
        {
            RecordBatch original = batches.Current;
            builder.Begin(NewBatch.Like(original, Codec.None));
            RecordReader records = RecordReader.OverPlain(original);
            while (records.MoveNext())
            {
                builder.Append(records.Current.Offset, records.Current.Timestamp, records.Current);
            }

            ReadOnlySpan<byte> built = builder.Finish(original.LastOffset);
            Assert.Equal(Convert.ToHexString(original.Bytes), Convert.ToHexString(built));
        }
    }

    [SharedTheory]
    [InlineData("control/commit-epoch-87.bin", true)]
    [InlineData("control/abort-epoch-0.bin", false)]
    [InlineData("control/commit-epoch-2147483647.bin", true)]
    [Trait("Data", "golden")]
    public void An_end_marker_has_Kafkas_bytes(string file, bool commit)
    {
        RecordBatch expected = new(GoldenRecords.Bytes(file));
        RecordReader records = RecordReader.OverPlain(expected);
        Assert.True(records.MoveNext());
        Assert.True(ControlRecord.TryReadCoordinatorEpoch(records.Current.Value, out int epoch));
        using BatchBuilder builder = new();
        Span<byte> built = ControlBatch.EndTransaction(
            builder, expected.BaseOffset, expected.PartitionLeaderEpoch, expected.MaxTimestamp, expected.ProducerId,
            expected.ProducerEpoch, commit, epoch);
        Assert.Equal(Convert.ToHexString(expected.Bytes), Convert.ToHexString(built));
    }

    [SharedTheory]
    [InlineData("control/leader-change.bin", ControlRecordType.LeaderChange)]
    [InlineData("control/snapshot-header.bin", ControlRecordType.SnapshotHeader)]
    [InlineData("control/snapshot-footer.bin", ControlRecordType.SnapshotFooter)]
    [InlineData("control/kraft-version.bin", ControlRecordType.KRaftVersion)]
    [InlineData("control/voters.bin", ControlRecordType.KRaftVoters)]
    [Trait("Data", "golden")]
    public void A_quorum_control_batch_has_Kafkas_bytes(string file, ControlRecordType type)
    {
        RecordBatch expected = new(GoldenRecords.Bytes(file));
        RecordReader records = RecordReader.OverPlain(expected);
        Assert.True(records.MoveNext());
        using BatchBuilder builder = new();
        Span<byte> built = ControlBatch.Quorum(
            builder, expected.BaseOffset, expected.PartitionLeaderEpoch, expected.MaxTimestamp, type,
            records.Current.Value);
        Assert.Equal(Convert.ToHexString(expected.Bytes), Convert.ToHexString(built));
    }

    [Fact]
    public void Headers_nulls_and_gaps_between_offsets_come_back()
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch { BaseOffset = 40, Codec = new Codec(CompressionCodec.Zstd) });
        NewHeader[] written = [new("a", [1]), new("ключ", null), new("", [])];
        builder.Append(42, 5, RecordField.Null, RecordField.FromSpan("v"u8), written);
        builder.Append(47, 3, RecordField.FromSpan([]), RecordField.Null, []);
        RecordBatch batch = new(builder.Finish(lastOffsetOfBatch: 50));
        Assert.Equal(RecordFault.None, batch.Check());
        Assert.Equal((40L, 50L, 5L, 2), (batch.BaseOffset, batch.LastOffset, batch.MaxTimestamp, batch.Count));

        using BatchDecoder decoder = new(DecompressionLimits.Streaming);
        RecordReader records = decoder.Read(batch);
        Assert.True(records.MoveNext());
        Assert.Equal((42L, 5L, false, true, 3), (
            records.Current.Offset, records.Current.Timestamp, records.Current.HasKey, records.Current.HasValue,
            records.Current.HeaderCount));
        List<string> headers = [];
        foreach (RecordHeader header in records.Current.Headers)
        {
            string value = header.HasValue ? Convert.ToHexString(header.Value) : "null";
            headers.Add($"{Encoding.UTF8.GetString(header.Key)}={value}");
        }

        Assert.Equal(["a=01", "ключ=null", "="], headers);
        Assert.True(records.MoveNext());
        Assert.Equal((47L, 3L, true, false), (
            records.Current.Offset, records.Current.Timestamp, records.Current.HasKey, records.Current.HasValue));
        Assert.False(records.MoveNext());
        Assert.Equal(RecordFault.None, records.Fault);
    }

    [Fact]
    public void A_batch_without_records_keeps_the_offsets_that_it_spanned()
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch { BaseOffset = 400, ProducerId = 9, ProducerEpoch = 1, BaseSequence = 6 });
        RecordBatch batch = new(builder.Finish(lastOffsetOfBatch: 419));
        Assert.Equal((0, 419L, BatchLayout.HeaderSize, 25), (
            batch.Count, batch.LastOffset, batch.SizeInBytes, batch.LastSequence));
        Assert.Equal(RecordFault.None, batch.Check());
    }

    [Fact]
    public void Offsets_that_fall_are_our_own_fault_and_throw()
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch { BaseOffset = 5 });
        builder.Append(7, 0, RecordField.Null, RecordField.Null, []);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Append(7, 0, RecordField.Null, RecordField.Null, []));
    }

    [Fact]
    public void A_patched_timestamp_seals_the_batch_again_and_leaves_offsets_outside_the_checksum()
    {
        byte[] batch = TestBatches.Plain(3);
        uint before = new RecordBatch(batch).Crc;
        BatchPatch.SetBaseOffset(batch, 1000);
        BatchPatch.SetPartitionLeaderEpoch(batch, 7);
        Assert.Equal(before, new RecordBatch(batch).Crc);
        Assert.Equal(RecordFault.None, new RecordBatch(batch).Check());

        Assert.False(BatchPatch.SetMaxTimestamp(batch, TimestampType.CreateTime, TestBatches.Time + 2));
        Assert.True(BatchPatch.SetMaxTimestamp(batch, TimestampType.LogAppendTime, 77));
        RecordBatch patched = new(batch);
        Assert.NotEqual(before, patched.Crc);
        Assert.Equal(RecordFault.None, patched.Check());
        Assert.Equal((1002L, 7, 77L, TimestampType.LogAppendTime), (
            patched.LastOffset, patched.PartitionLeaderEpoch, patched.MaxTimestamp, patched.TimestampType));
    }
}
