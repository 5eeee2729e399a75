using Millrace.Protocol;
using Millrace.Protocol.Records;
using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests.Log;

public sealed class SegmentTests
{
    [Fact]
    public void A_full_segment_is_rolled_and_what_was_left_to_do_is_done_by_the_worker()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 300 });
        rig.AppendAndFlush(log, rig.Batch(2, 50, header: LogRig.Idempotent(7, 0, 0)));
        rig.AppendAndFlush(log, rig.Batch(2, 50, header: LogRig.Idempotent(7, 0, 2)));
        Assert.Equal([0L, 2L], log.Segments.ToArray().Select(segment => segment.BaseOffset));
        Assert.Equal(0, log.RecoveryPoint);
        rig.Worker.RunAll();
        Assert.Equal(2, log.RecoveryPoint);
        Assert.Contains("00000000000000000002.snapshot", rig.FilesOf(log));
        Assert.Null(
            ProducerSnapshot.Parse(rig.Peek(log, "00000000000000000002.snapshot"), out ProducerSnapshotEntry[]? saved));
        Assert.Equal((7L, 1, 1L), (saved![0].ProducerId, saved[0].LastSequence, saved[0].LastOffset));
        Assert.Equal(12, rig.Peek(log, "00000000000000000000.timeindex")!.Length);
        Assert.Empty(rig.Peek(log, "00000000000000000000.index")!);
    }

    [Fact]
    public void The_recovery_point_waits_for_a_sync_that_succeeds()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 300 });
        rig.AppendAndFlush(log, rig.Batch(2, 50));
        rig.AppendAndFlush(log, rig.Batch(2, 50));
        rig.Simulated.Faults.FailNth(Operation.Sync, 2, IoError.MediaFailure);
        rig.Worker.RunAll();
        Assert.Equal(0, log.RecoveryPoint);
        Assert.Single(rig.Failures);
        Assert.Equal(ErrorCode.KafkaStorageError, rig.Append(log, rig.Batch()).Error);
    }

    [Fact]
    public void Segments_are_rolled_by_record_time()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentMs = 1000, TimestampAfterMaxMs = long.MaxValue });
        rig.AppendAndFlush(log, rig.Batch(timestamp: 5000));
        rig.AppendAndFlush(log, rig.Batch(timestamp: 6000));
        Assert.Equal(1, log.Segments.Length);
        rig.AppendAndFlush(log, rig.Batch(timestamp: 6001));
        Assert.Equal(2, log.Segments.Length);
    }

    [Fact]
    public void Gathered_appends_that_need_a_new_segment_are_written_first()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 300 });
        AppendResult first = rig.Append(log, rig.Batch(2, 50));
        AppendResult second = rig.Append(log, rig.Batch(2, 50));
        Assert.NotEqual(first.Ticket, second.Ticket);
        Assert.Equal(2, log.LogEndOffset);
        Assert.Equal(ErrorCode.None, log.Flush(first.Ticket));
        Assert.Equal(1, rig.EndMoves);
        Assert.Equal(ErrorCode.None, log.Flush(second.Ticket));
        Assert.Equal(4, log.LogEndOffset);
    }

    [Fact]
    public void Full_indexes_roll_the_segment()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { IndexIntervalBytes = 1, SegmentIndexBytes = 60 });
        for (int index = 0; index < 20; index++)
        {
            rig.AppendAndFlush(log, rig.Batch(timestamp: LogRig.StartMs + index));
        }

        Assert.InRange(log.Segments.Length, 3, 8);
        Assert.All(log.Segments.ToArray(), segment => Assert.True(segment.OffsetIndex.Count <= 7));
        Assert.Equal(20, LogRig.ReadAll(log, 0).Count);
    }

    [Fact]
    public void The_next_segments_file_is_made_ahead()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 2 << 20, MaxMessageBytes = 1 << 20 });
        for (int index = 0; index < 18; index++)
        {
            rig.AppendAndFlush(log, rig.Batch(1, 100_000));
        }

        rig.Worker.RunAll();
        Assert.Contains(PartitionLog.PreparedFileName, rig.FilesOf(log));
        Assert.True(rig.Simulated.Faults.Count(Operation.Preallocate) >= 2);
        for (int index = 0; index < 5; index++)
        {
            rig.AppendAndFlush(log, rig.Batch(1, 100_000));
        }

        Assert.Equal(2, log.Segments.Length);
        Assert.DoesNotContain(PartitionLog.PreparedFileName, rig.FilesOf(log));
        Assert.Equal(23, LogRig.ReadAll(log, 0).Count);
    }

    [Theory]
    [InlineData(15, 0)]
    [InlineData(17, 1)]
    [InlineData(24, 1)]
    [InlineData(26, 2)]
    public void What_lies_a_step_behind_the_writer_is_given_to_the_device(int megabytes, int begun)
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        AppendMegabytes(rig, log, megabytes);
        Assert.Equal(begun, rig.Simulated.Faults.Count(Operation.StartWriteBack));
    }

    [Fact]
    public void What_is_synced_before_it_is_acknowledged_is_not_given_to_the_device_again()
    {
        using LogRig rig = new();
        AppendMegabytes(rig, rig.Create(new LogConfig { FlushesBeforeAck = true }), 30);
        Assert.Equal(0, rig.Simulated.Faults.Count(Operation.StartWriteBack));
    }

    [Theory]
    [InlineData(IoError.MediaFailure, true)]
    [InlineData(IoError.NotSupported, false)]
    public void A_device_that_cannot_begin_to_write_has_failed(IoError error, bool hasFailed)
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        rig.Simulated.Faults.FailNth(Operation.StartWriteBack, 1, error);
        AppendMegabytes(rig, log, 17);
        Assert.Equal(hasFailed, log.IsOffline);
        Assert.Equal(hasFailed ? 1 : 0, rig.Failures.Count);
    }

    [Fact]
    public void Retention_by_size_keeps_at_least_so_many_bytes()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 300, RetentionBytes = 500 });
        FillSegments(rig, log, 6);
        long size = log.Segments[0].Size;
        int deleted = log.DeleteOldSegments(rig.NowMs);
        Assert.True(log.Size >= 500 && log.Size - size < 500);
        Assert.Equal(6 - deleted, log.Segments.Length);
        Assert.Equal(log.Segments[0].BaseOffset, log.LogStartOffset);
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(0, 100, ReadBound.LogEnd, true, new FileRange[1]).Error);
        Assert.Contains("00000000000000000000.log.deleted", rig.FilesOf(log));
        rig.Worker.RunDelayed();
        Assert.DoesNotContain(rig.FilesOf(log), name => name.EndsWith(".deleted", StringComparison.Ordinal));
    }

    [Fact]
    public void Retention_by_time_rolls_an_active_segment_that_is_all_expired()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { RetentionMs = 1000 });
        rig.AppendAndFlush(log, rig.Batch(3));
        Assert.Equal(0, log.DeleteOldSegments(LogRig.StartMs + 1000));
        Assert.Equal(1, log.DeleteOldSegments(LogRig.StartMs + 1001));
        Assert.Equal((3, 3, 1), (log.LogStartOffset, log.LogEndOffset, log.Segments.Length));
        Assert.Equal(0, log.DeleteOldSegments(LogRig.StartMs + 5000));
        Assert.Equal(3, rig.AppendAndFlush(log, rig.Batch()).FirstOffset);
    }

    [Fact]
    public void Nothing_behind_the_high_watermark_is_deleted()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 300, RetentionMs = 1000 });
        for (int index = 0; index < 4; index++)
        {
            log.Flush(rig.Append(log, rig.Batch(2, 50)).Ticket);
        }

        log.AdvanceHighWatermark(4);
        Assert.Equal(2, log.DeleteOldSegments(LogRig.StartMs + 1_000_000));
        Assert.Equal(4, log.LogStartOffset);
    }

    [Fact]
    public void DeleteRecords_moves_the_start_and_whole_segments_go()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 300, Deletes = false });
        FillSegments(rig, log, 4);
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.AdvanceLogStart(9));
        Assert.Equal(ErrorCode.None, log.AdvanceLogStart(5));
        Assert.Equal(2, log.DeleteOldSegments(rig.NowMs));
        Assert.Equal((5, 4), (log.LogStartOffset, log.Segments[0].BaseOffset));
        Assert.Equal([new EpochStart(0, 5)], log.Epochs.Entries.ToArray());
    }

    [Fact]
    public void Truncation_cuts_batches_indexes_epochs_producers_and_snapshots()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 600, IndexIntervalBytes = 1 });
        for (int index = 0; index < 20; index++)
        {
            rig.AppendAndFlush(
                log, rig.Batch(2, 50, header: LogRig.Idempotent(7, 0, 2 * index)), leaderEpoch: index / 5);
        }

        rig.Worker.RunAll();
        Assert.Equal(ErrorCode.None, log.TruncateTo(15, rig.NowMs));
        Assert.Equal((15, 15), (log.LogEndOffset, log.HighWatermark));
        Assert.Equal([new EpochStart(0, 0), new EpochStart(1, 10)], log.Epochs.Entries.ToArray());
        ProducerSnapshotEntry producer = Assert.Single(log.DescribeProducers());
        Assert.Equal((13, 13L), (producer.LastSequence, producer.LastOffset));
        Assert.Equal(7, LogRig.ReadAll(log, 0).Count);
        AppendResult next = rig.AppendAndFlush(
            log, rig.Batch(2, 50, header: LogRig.Idempotent(7, 0, 14)), leaderEpoch: 4);
        Assert.Equal(15, next.FirstOffset);
        Assert.Equal(8, LogRig.ReadAll(log, 0).Count);
    }

    [Fact]
    public void A_log_can_start_over_at_another_offset()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 300 });
        FillSegments(rig, log, 3);
        Assert.Equal(ErrorCode.None, log.TruncateFullyAndStartAt(100, rig.NowMs));
        Assert.Equal((100, 100, 100), (log.LogStartOffset, log.LogEndOffset, log.HighWatermark));
        Assert.Empty(log.Epochs.Entries.ToArray());
        Assert.Equal(100, rig.AppendAndFlush(log, rig.Batch()).FirstOffset);
        Assert.Single(LogRig.ReadAll(log, 100));
    }

    [Fact]
    public void Appends_that_wait_for_the_device_are_served_by_one_sync()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { FlushesBeforeAck = true });
        for (int index = 0; index < 5; index++)
        {
            log.Flush(rig.Append(log, rig.Batch()).Ticket);
        }

        Assert.Equal(0, log.FlushedOffset);
        // One that is asked for before a sync begins is served by it; the log asks again for what came later.
        int turns = 0;
        while (rig.Commit() > 0)
        {
            turns++;
        }

        Assert.InRange(turns, 1, 2);
        Assert.Equal(5, log.FlushedOffset);
        Assert.Equal(turns, rig.FlushMoves);

        // From here on nothing but the batches is new to the device.
        long syncs = rig.Simulated.Faults.Count(Operation.Sync);
        log.Flush(rig.Append(log, rig.Batch()).Ticket);
        Assert.Equal(1, rig.Commit());
        Assert.Equal(1, rig.Simulated.Faults.Count(Operation.Sync) - syncs);
        Assert.Equal(6, log.FlushedOffset);
    }

    [Fact]
    public void Logs_are_dealt_out_among_the_group_commits_and_stay_there()
    {
        using LogRig rig = new();
        LogConfig config = new() { FlushesBeforeAck = true };
        PartitionLog[] logs = [rig.Create(config), rig.Create(config, "topic-1")];
        for (int round = 0; round < 3; round++)
        {
            Array.ForEach(logs, log => log.Flush(rig.Append(log, rig.Batch()).Ticket));
            Assert.Equal([1, 1], rig.GroupCommits.Select(commit => commit.Turn()));
        }

        Assert.All(logs, log => Assert.Equal(3, log.FlushedOffset));
    }

    [Fact]
    public void A_sync_that_fails_keeps_the_logs_of_other_group_commits_from_acknowledging_too()
    {
        using LogRig rig = new();
        LogConfig config = new() { FlushesBeforeAck = true };
        PartitionLog[] logs = [rig.Create(config), rig.Create(config, "topic-1")];
        Array.ForEach(logs, log => log.Flush(rig.Append(log, rig.Batch()).Ticket));
        rig.Simulated.Faults.FailNth(Operation.Sync, 1, IoError.MediaFailure);
        Assert.Equal(2, rig.Commit());
        Assert.Equal("sync /logs/topic-1/00000000000000000000.log: MediaFailure", Assert.Single(rig.Failures));
        Assert.True(rig.Context.IsFailed);
        Assert.All(logs, log => Assert.Equal(0, log.FlushedOffset));
    }

    [Fact]
    public void The_worker_syncs_after_so_many_records_and_so_much_time()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { FlushMessages = 3, FlushMs = 1000 });
        rig.AppendAndFlush(log, rig.Batch(2));
        rig.Worker.RunAll();
        Assert.Equal(0, log.RecoveryPoint);
        rig.AppendAndFlush(log, rig.Batch());
        rig.Worker.RunAll();
        Assert.Equal(3, log.RecoveryPoint);
        rig.AppendAndFlush(log, rig.Batch());
        log.SyncIfDue(LogRig.StartMs + 999);
        Assert.Equal(3, log.RecoveryPoint);
        log.SyncIfDue(LogRig.StartMs + 1000);
        Assert.Equal(4, log.RecoveryPoint);
    }

    [Fact]
    public void A_deleted_log_leaves_nothing_behind()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 300 });
        FillSegments(rig, log, 3);
        FileRange[] ranges = new FileRange[1];
        ReadPlan plan = log.Read(0, 100, ReadBound.LogEnd, true, ranges);
        Assert.Equal(IoError.None, log.MoveTo(Path.Join(LogRig.DirectoryPath, "topic-0.0123-delete")));
        log.Abandon();
        Assert.Equal(IoError.None, log.DeleteFolder());
        Assert.Equal(plan.Bytes, LogRig.Bytes(plan, ranges).Length);
        Assert.Equal(0, rig.Simulated.OpenDescriptors);
        List<DirectoryEntry> left = [];
        rig.FileSystem.List(LogRig.DirectoryPath, left);
        Assert.Empty(left);
        Assert.Equal(ErrorCode.KafkaStorageError, rig.Append(log, rig.Batch()).Error);
    }

    [Fact]
    public void A_clean_close_writes_what_a_load_needs()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { IndexIntervalBytes = 100 });
        for (int index = 0; index < 10; index++)
        {
            rig.AppendAndFlush(log, rig.Batch(2, 50, LogRig.StartMs + index, LogRig.Idempotent(7, 0, 2 * index)));
        }

        Assert.True(log.Close());
        Assert.Equal(20, log.RecoveryPoint);
        Assert.Equal(0, rig.Simulated.OpenDescriptors);
        Assert.Equal(
            [
                "00000000000000000000.index", "00000000000000000000.log", "00000000000000000000.timeindex",
                "00000000000000000020.snapshot", "leader-epoch-checkpoint",
            ],
            rig.FilesOf(log));
        byte[] times = rig.Peek(log, "00000000000000000000.timeindex")!;
        Assert.Equal(
            LogRig.StartMs + 9, System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(times.AsSpan()[^12..]));
    }

    private static void AppendMegabytes(LogRig rig, PartitionLog log, int count)
    {
        for (int index = 0; index < count; index++)
        {
            rig.AppendAndFlush(log, rig.Batch(1, 1_040_000));
            rig.Worker.RunAll();
        }
    }

    internal static void FillSegments(LogRig rig, PartitionLog log, int count)
    {
        for (int index = 0; index < count; index++)
        {
            rig.AppendAndFlush(log, rig.Batch(2, 50, LogRig.StartMs + index));
        }

        Assert.Equal(count, log.Segments.Length);
    }
}
