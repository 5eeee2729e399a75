using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Protocol.Tests.Records;

public sealed class BatchValidatorTests : IDisposable
{
    private const long Now = TestBatches.Time + 10_000;

    private readonly BatchValidator validator = new();

    public void Dispose() => validator.Dispose();

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void An_honest_batch_passes_and_is_given_its_offsets(CompressionCodec codec)
    {
        byte[] bytes = TestBatches.Build(300, new NewBatch { Codec = new Codec(codec) });
        AppendCheck check = Check(bytes, AppendRules.Default);
        Assert.Equal(RecordFault.None, check.Fault);
        Assert.Equal((300L, 1, bytes.Length, false), (
            check.OffsetCount, check.BatchCount, check.ValidBytes, check.NeedsRewrite));
        Assert.Equal(TestBatches.Time + 299, check.MaxTimestamp);

        long maxTimestamp = validator.Assign(bytes, check, AppendRules.Default, firstOffset: 1000, leaderEpoch: 4, Now);
        RecordBatch batch = new(bytes);
        Assert.Equal(TestBatches.Time + 299, maxTimestamp);
        Assert.Equal((1000L, 1299L, 4), (batch.BaseOffset, batch.LastOffset, batch.PartitionLeaderEpoch));
        Assert.Equal(RecordFault.None, batch.Check());
    }

    [Fact]
    public void Under_LogAppendTime_the_batch_is_stamped_with_the_time_of_the_append()
    {
        AppendRules rules = new() { TimestampType = TimestampType.LogAppendTime, TimestampAfterMaxMs = 0 };
        byte[] bytes = TestBatches.WithTimestamps(1, long.MaxValue / 2, -1);
        AppendCheck check = Check(bytes, rules);
        Assert.Equal(RecordFault.None, check.Fault);
        Assert.Equal(Now, validator.Assign(bytes, check, rules, 0, 0, Now));
        RecordBatch batch = new(bytes);
        Assert.Equal((TimestampType.LogAppendTime, Now), (batch.TimestampType, batch.MaxTimestamp));
        Assert.Equal(RecordFault.None, batch.Check());
    }

    [Fact]
    public void A_producer_that_marks_LogAppendTime_itself_is_refused_on_such_a_topic_and_corrected_on_others()
    {
        NewBatch marked = new() { TimestampType = TimestampType.LogAppendTime, AppendTimeMs = Now - 5 };
        byte[] bytes = TestBatches.Build(2, marked);
        Assert.Equal(
            ErrorCode.InvalidTimestamp,
            Check(bytes, new AppendRules { TimestampType = TimestampType.LogAppendTime }).ErrorCode);

        AppendCheck check = Check(bytes, AppendRules.Default);
        Assert.Equal(RecordFault.None, check.Fault);
        validator.Assign(bytes, check, AppendRules.Default, 0, 0, Now);
        RecordBatch batch = new(bytes);
        Assert.Equal((TimestampType.CreateTime, Now - 5), (batch.TimestampType, batch.MaxTimestamp));
        Assert.Equal(RecordFault.None, batch.Check());
    }

    [Fact]
    public void Timestamps_out_of_range_are_refused_record_by_record_and_none_at_all_is_allowed()
    {
        AppendRules rules = new() { TimestampBeforeMaxMs = 100, TimestampAfterMaxMs = 50 };
        byte[] bytes = TestBatches.WithTimestamps(Now - 100, Now - 101, -1, Now + 50, Now + 51);
        AppendCheck check = Check(bytes, rules);
        Assert.Equal(ErrorCode.InvalidTimestamp, check.ErrorCode);
        Assert.Equal([1, 4], validator.Rejections.Select(rejection => rejection.Index));
        Assert.Equal([Now - 101, Now + 51], validator.Rejections.Select(rejection => rejection.TimestampMs));
        Assert.Equal(RecordFault.None, Check(TestBatches.WithTimestamps(Now, -1), rules).Fault);
        Assert.Empty(validator.Rejections);
    }

    [Fact]
    public void A_compacted_topic_refuses_records_without_key_and_names_each()
    {
        AppendRules rules = new() { RequiresKeys = true };
        AppendCheck check = Check(TestBatches.WithTimestamps(Now, Now), rules);
        Assert.Equal(ErrorCode.InvalidRecord, check.ErrorCode);
        Assert.Equal([0, 1], validator.Rejections.Select(rejection => rejection.Index));
        Assert.Equal(
            "Compacted topic cannot accept message without key in topic partition t-0.",
            validator.Rejections[0].Message("t-0", rules, Now));
        Assert.Equal(RecordFault.None, Check(TestBatches.Plain(3), rules).Fault);
    }

    [Fact]
    public void A_batch_above_the_topics_limit_is_too_large()
    {
        byte[] bytes = TestBatches.Plain(3);
        AppendRules exact = new() { MaxMessageBytes = bytes.Length };
        Assert.Equal(RecordFault.None, Check(bytes, exact).Fault);
        Assert.Equal(
            ErrorCode.MessageTooLarge, Check(bytes, exact with { MaxMessageBytes = bytes.Length - 1 }).ErrorCode);
    }

    [Fact]
    public void Coordinators_may_append_markers_and_the_quorum_only_its_own_epoch()
    {
        using BatchBuilder builder = new();
        byte[] marker = ControlBatch.EndTransaction(builder, 9, 3, Now, 1, 1, commit: true, 5).ToArray();
        Assert.Equal(
            RecordFault.None, Check(marker, new AppendRules { Origin = AppendOrigin.Coordinator }).Fault);
        AppendRules quorum = new() { Origin = AppendOrigin.RaftLeader };
        Assert.Equal(RecordFault.None, validator.CheckLeaderAppend(marker, quorum, leaderEpoch: 3, Now).Fault);
        Assert.Equal(
            RecordFault.WrongLeaderEpoch, validator.CheckLeaderAppend(marker, quorum, leaderEpoch: 4, Now).Fault);
    }

    [Theory]
    [InlineData(CompressionCodec.None, CompressionCodec.Zstd)]
    [InlineData(CompressionCodec.Zstd, CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip, CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Lz4, CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Snappy, CompressionCodec.Gzip)]
    public void A_topic_with_a_codec_of_its_own_stores_that_codec(CompressionCodec sent, CompressionCodec stored)
    {
        NewBatch header = new() { Codec = new Codec(sent), ProducerId = 7, ProducerEpoch = 2, BaseSequence = 30 };
        byte[] bytes = TestBatches.Build(50, header);
        AppendRules rules = new() { TargetCodec = new Codec(stored) };
        AppendCheck check = Check(bytes, rules);
        Assert.Equal(RecordFault.None, check.Fault);
        Assert.True(check.NeedsRewrite);

        using BatchRewriter rewriter = new();
        using BatchBuilder builder = new();
        Assert.Equal(
            RecordFault.None, rewriter.Rewrite(bytes, check, rules, 500, 6, Now, builder, out Span<byte> rewritten));
        RecordBatch batch = new(rewritten);
        Assert.Equal(RecordFault.None, batch.Check());
        Assert.Equal((stored, 500L, 549L, 6, 50), (
            batch.Codec, batch.BaseOffset, batch.LastOffset, batch.PartitionLeaderEpoch, batch.Count));
        Assert.Equal((7L, (short)2, 30), (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence));

        using BatchDecoder before = new(DecompressionLimits.Streaming);
        using BatchDecoder after = new(DecompressionLimits.Streaming);
        RecordReader expected = before.Read(new RecordBatch(bytes));
        RecordReader actual = after.Read(batch);
        while (expected.MoveNext())
        {
            Assert.True(actual.MoveNext());
            Assert.Equal(expected.Current.Offset + 500, actual.Current.Offset);
            Assert.Equal(expected.Current.Timestamp, actual.Current.Timestamp);
            Assert.True(expected.Current.Key.SequenceEqual(actual.Current.Key));
            Assert.True(expected.Current.Value.SequenceEqual(actual.Current.Value));
        }

        Assert.False(actual.MoveNext());
    }

    [SharedTheory]
    [InlineData("corrupt/legacy-from-client.bin", 4)]
    [InlineData("corrupt/legacy-v0-from-client.bin", 4)]
    [InlineData("legacy/v0-lz4.bin", 4)]
    [InlineData("legacy/v1-gzip.bin", 4)]
    [InlineData("legacy/v1-snappy.bin", 4)]
    [Trait("Data", "golden")]
    public void Messages_of_old_clients_are_stored_as_one_batch_of_magic_2(string file, int count)
    {
        byte[] bytes = GoldenRecords.Bytes(file);
        AppendCheck check = Check(bytes, AppendRules.Default);
        Assert.Equal((RecordFault.None, true, (long)count), (check.Fault, check.NeedsRewrite, check.OffsetCount));
        using BatchRewriter rewriter = new();
        using BatchBuilder builder = new();
        Assert.Equal(
            RecordFault.None,
            rewriter.Rewrite(bytes, check, AppendRules.Default, 10, 1, Now, builder, out Span<byte> rewritten));
        RecordBatch batch = new(rewritten);
        Assert.Equal((2, 10L, 10L + count - 1, count), (batch.Magic, batch.BaseOffset, batch.LastOffset, batch.Count));
        Assert.Equal(RecordFault.None, Check(Rebased(rewritten), AppendRules.Default).Fault);
    }

    [Fact]
    public void A_rewritten_batch_above_the_topics_limit_is_too_large()
    {
        NewBatch header = new() { Codec = new Codec(CompressionCodec.Zstd) };
        using BatchBuilder builder = new();
        builder.Begin(header);
        builder.Append(Now, RecordField.Null, new byte[100_000]);
        byte[] bytes = builder.Finish().ToArray();
        AppendRules rules = new() { TargetCodec = Codec.None, MaxMessageBytes = 50_000 };
        AppendCheck check = Check(bytes, rules);
        Assert.Equal(RecordFault.None, check.Fault);
        using BatchRewriter rewriter = new();
        Assert.Equal(
            RecordFault.BatchTooLarge, rewriter.Rewrite(bytes, check, rules, 0, 0, Now, builder, out Span<byte> none));
        Assert.True(none.IsEmpty);
    }

    [Theory]
    [InlineData(2, RecordFault.None)]
    [InlineData(6, RecordFault.CodecNeedsNewerVersion)]
    [InlineData(7, RecordFault.None)]
    public void Zstd_needs_Produce_version_7(short version, RecordFault fault)
    {
        byte[] bytes = TestBatches.Build(2, new NewBatch { Codec = new Codec(CompressionCodec.Zstd) });
        Assert.Equal(fault, BatchValidator.CheckProduceVersion(bytes, version));
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void Checking_and_assigning_allocate_nothing(CompressionCodec codec)
    {
        byte[] bytes = TestBatches.Build(200, new NewBatch { Codec = new Codec(codec) });
        for (int round = 0; round < 3; round++)
        {
            CheckAndAssign(bytes, AppendRules.Default);
        }

        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            CheckAndAssign(bytes, AppendRules.Default);
        }));
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_batch_larger_than_the_window_is_checked_in_steps(CompressionCodec codec)
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch { Codec = new Codec(codec) });
        for (int index = 0; index < 40; index++)
        {
            builder.Append(
                index, Now, RecordField.FromArray([(byte)index]), TestBatches.Text(index * 700, index),
                [new("trace", TestBatches.Text(20, index)), new("none", null)]);
        }

        builder.Append(40, Now, RecordField.Null, TestBatches.Text(400_000, 1), []);
        byte[] bytes = builder.Finish().ToArray();
        AppendCheck check = Check(bytes, AppendRules.Default);
        Assert.Equal((RecordFault.None, 41L), (check.Fault, check.OffsetCount));
        AppendRules limited = new() { MaxDecompressedRecordBytes = 399_999 };
        Assert.Equal(RecordFault.RecordTooLarge, Check(bytes, limited).Fault);

        bytes[BatchLayout.Count + 3]++;
        bytes[BatchLayout.LastOffsetDelta + 3]++;
        BatchChecksum.Seal(bytes);
        Assert.Equal(RecordFault.TooFewRecords, Check(bytes, AppendRules.Default).Fault);
        bytes[BatchLayout.Count + 3] -= 2;
        bytes[BatchLayout.LastOffsetDelta + 3] -= 2;
        BatchChecksum.Seal(bytes);
        Assert.Equal(RecordFault.TooManyRecords, Check(bytes, AppendRules.Default).Fault);
    }

    private AppendCheck Check(byte[] bytes, AppendRules rules) =>
        validator.CheckLeaderAppend(bytes, rules, leaderEpoch: 0, Now);

    private void CheckAndAssign(byte[] bytes, AppendRules rules)
    {
        AppendCheck check = validator.CheckLeaderAppend(bytes, rules, leaderEpoch: 0, Now);
        validator.Assign(bytes, check, rules, firstOffset: 0, leaderEpoch: 2, Now);
        Assert.True(check.Fault == RecordFault.None);
    }

    private static byte[] Rebased(ReadOnlySpan<byte> batch)
    {
        byte[] copy = batch.ToArray();
        BatchPatch.SetBaseOffset(copy, 0);
        return copy;
    }
}
