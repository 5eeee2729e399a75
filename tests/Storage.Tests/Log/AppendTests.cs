using Millrace.Protocol;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;
using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests.Log;

public sealed class AppendTests
{
    [Fact]
    public void Batches_get_consecutive_offsets_and_the_leaders_epoch()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        AppendResult first = rig.AppendAndFlush(log, rig.Batch(3), leaderEpoch: 5);
        AppendResult second = rig.AppendAndFlush(log, rig.Batch(2), leaderEpoch: 5);
        Assert.Equal((0, 2), (first.FirstOffset, first.LastOffset));
        Assert.Equal((3, 4), (second.FirstOffset, second.LastOffset));
        Assert.Equal(5, log.LogEndOffset);
        RecordBatches batches = new(rig.Peek(log, "00000000000000000000.log"));
        while (batches.MoveNext())
        {
            Assert.Equal(5, batches.Current.PartitionLeaderEpoch);
            Assert.Equal(RecordFault.None, batches.Current.Check());
        }

        Assert.Equal([new EpochStart(5, 0)], log.Epochs.Entries.ToArray());
    }

    [Fact]
    public void Appends_are_seen_only_after_a_flush_and_one_flush_writes_all_with_one_call()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        AppendResult[] results = [rig.Append(log, rig.Batch()), rig.Append(log, rig.Batch()),
            rig.Append(log, rig.Batch())];
        Assert.Equal(0, log.LogEndOffset);
        long writes = rig.Simulated.Faults.Count(Operation.Write);
        Assert.All(results, result => Assert.Equal(ErrorCode.None, log.Flush(result.Ticket)));
        Assert.Equal(1, rig.Simulated.Faults.Count(Operation.Write) - writes);
        Assert.Equal(3, log.LogEndOffset);
        Assert.Equal(1, rig.EndMoves);
    }

    [Fact]
    public void A_full_disk_takes_the_group_back_and_later_appends_work_by_themselves()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, rig.Batch(header: LogRig.Idempotent(7, 0, 0)));
        long size = log.Size;
        rig.Simulated.Faults.FailNth(Operation.Write, 1, IoError.NoSpace, bytesBefore: 30);
        AppendResult first = rig.Append(log, rig.Batch(header: LogRig.Idempotent(7, 0, 1)));
        AppendResult second = rig.Append(log, rig.Batch(header: LogRig.Idempotent(8, 0, 0)));
        Assert.Equal(ErrorCode.KafkaStorageError, log.Flush(first.Ticket));
        Assert.Equal(ErrorCode.KafkaStorageError, log.Flush(second.Ticket));
        Assert.Equal(1, log.LogEndOffset);
        Assert.Equal(size, rig.Peek(log, "00000000000000000000.log")!.Length);
        Assert.Empty(rig.Failures);
        Assert.Single(LogRig.ReadAll(log, 0));

        // The same sequences are taken again: nothing of the failed group is remembered.
        AppendResult again = rig.AppendAndFlush(log, rig.Batch(header: LogRig.Idempotent(7, 0, 1)));
        Assert.False(again.IsDuplicate);
        Assert.Equal(1, again.FirstOffset);
        Assert.Equal([7L], log.DescribeProducers().Select(entry => entry.ProducerId));
    }

    [Fact]
    public void A_failed_write_takes_the_directory_offline_at_once()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, rig.Batch());
        rig.Simulated.Faults.FailNth(Operation.Write, 1, IoError.MediaFailure);
        AppendResult result = rig.Append(log, rig.Batch());
        Assert.Equal(ErrorCode.KafkaStorageError, log.Flush(result.Ticket));
        Assert.Single(rig.Failures);
        Assert.Equal(ErrorCode.KafkaStorageError, rig.Append(log, rig.Batch()).Error);
        Assert.Equal(ErrorCode.KafkaStorageError, log.Read(0, 100, ReadBound.LogEnd, true, new FileRange[1]).Error);
    }

    [Fact]
    public void Duplicates_answer_their_first_offsets_even_before_they_are_written()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        AppendResult first = rig.Append(log, rig.Batch(2, header: LogRig.Idempotent(7, 0, 0)));
        AppendResult twice = rig.Append(log, rig.Batch(2, header: LogRig.Idempotent(7, 0, 0)));
        Assert.True(twice.IsDuplicate);
        Assert.Equal((0, 1), (twice.FirstOffset, twice.LastOffset));
        Assert.Equal(first.Ticket, twice.Ticket);
        log.Flush(first.Ticket);
        Assert.Equal(2, log.LogEndOffset);
        Assert.Equal(
            ErrorCode.OutOfOrderSequenceNumber, rig.Append(log, rig.Batch(header: LogRig.Idempotent(7, 0, 9))).Error);
        Assert.Equal(2, log.LogEndOffset);
    }

    [Fact]
    public void A_configured_codec_rewrites_the_batch_and_frees_its_memory_after_the_flush()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { TargetCodec = new Codec(CompressionCodec.Gzip) });
        AppendResult result = rig.AppendAndFlush(log, rig.Batch(100));
        Assert.Equal((0, 99), (result.FirstOffset, result.LastOffset));
        rig.AppendAndFlush(log, rig.Batch(5));
        RecordBatches batches = new(rig.Peek(log, "00000000000000000000.log"));
        Assert.True(batches.MoveNext());
        Assert.Equal(CompressionCodec.Gzip, batches.Current.Codec);
        Assert.Equal(RecordFault.None, batches.Current.Check());
        Assert.True(batches.MoveNext());
        Assert.Equal(100, batches.Current.BaseOffset);
        Assert.Equal(rig.Context.Buffers.RentedCount, rig.Context.Buffers.ReturnedCount);
    }

    [Fact]
    public void Append_time_topics_stamp_the_batch_and_say_so()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { TimestampType = TimestampType.LogAppendTime });
        AppendResult result = rig.AppendAndFlush(log, rig.Batch(timestamp: 5));
        Assert.Equal(rig.NowMs, result.LogAppendTimeMs);
        RecordBatches batches = new(rig.Peek(log, "00000000000000000000.log"));
        Assert.True(batches.MoveNext());
        Assert.Equal(
            (TimestampType.LogAppendTime, rig.NowMs), (batches.Current.TimestampType, batches.Current.MaxTimestamp));
    }

    [Fact]
    public void A_set_larger_than_a_segment_is_refused()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 1000 });
        Assert.Equal(ErrorCode.RecordListTooLarge, rig.Append(log, rig.Batch(valueBytes: 2000)).Error);
    }

    [Fact]
    public void A_follower_takes_offsets_and_epochs_as_they_are()
    {
        using LogRig rig = new();
        PartitionLog leader = rig.Create();
        rig.AppendAndFlush(leader, rig.Batch(3), leaderEpoch: 1);
        rig.AppendAndFlush(leader, rig.Batch(3, header: LogRig.Idempotent(9, 2, 0)), leaderEpoch: 4);
        byte[] bytes = rig.Pin(rig.Peek(leader, "00000000000000000000.log"));
        PartitionLog follower = rig.Create(name: "topic-1");
        AppendResult result = rig.Follow(follower, bytes);
        Assert.Equal((ErrorCode.None, 0L, 5L), (result.Error, result.FirstOffset, result.LastOffset));
        Assert.Equal(ErrorCode.None, follower.Flush(result.Ticket));
        Assert.Equal([new EpochStart(1, 0), new EpochStart(4, 3)], follower.Epochs.Entries.ToArray());
        Assert.Equal(9, Assert.Single(follower.DescribeProducers()).ProducerId);
        Assert.Equal(ErrorCode.OffsetOutOfRange, rig.Follow(follower, bytes).Error);
        Assert.Equal(new EpochEnd(1, 3), follower.EndOfEpoch(3));
    }
}
