using Millrace.Protocol;
using Millrace.Protocol.Records;
using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests.Log;

public sealed class ReadTests
{
    private readonly FileRange[] ranges = new FileRange[1];

    [Fact]
    public void A_read_begins_with_the_batch_that_contains_the_offset()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        for (int index = 0; index < 200; index++)
        {
            rig.AppendAndFlush(log, rig.Batch(3, 100));
        }

        // Offsets of the last batches are in memory, the first ones are found through the index.
        for (long offset = 0; offset < log.LogEndOffset; offset++)
        {
            ReadPlan plan = log.Read(offset, 1, ReadBound.LogEnd, minOneBatch: true, ranges);
            RecordBatches batches = new(LogRig.Bytes(plan, ranges));
            Assert.True(batches.MoveNext());
            Assert.Equal(offset / 3 * 3, batches.Current.BaseOffset);
            Assert.False(batches.MoveNext());
            Assert.False(plan.FirstBatchIncomplete);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_read_that_may_not_wait_says_where_it_would(bool isCommitted)
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        for (int index = 0; index < 200; index++)
        {
            rig.AppendAndFlush(log, rig.Batch(1, 100));
        }

        // The places of the last batches are in memory whatever the disk does.
        rig.Simulated.IsCold = true;
        Assert.Equal(1, Read(log, 199).RangeCount);
        Assert.True(Read(log, 100) is { WouldWait: true, RangeCount: 0, Error: ErrorCode.None });
        rig.Simulated.IsCold = false;
        Assert.True(Read(log, 100) is { WouldWait: false, RangeCount: 1 });

        // After a restart neither the file nor its indexes are open.
        log.AdvanceHighWatermark(200);
        log.Close();
        log = rig.Reload(log, stoppedCleanly: true, recoveryPoint: 200, start: 0, watermark: 200);
        Assert.True(Read(log, 100).WouldWait);
        Assert.Equal(1, Read(log, 100, mayWait: true).RangeCount);
        Assert.Equal(1, Read(log, 100).RangeCount);

        ReadPlan Read(PartitionLog read, long offset, bool mayWait = false)
        {
            ReadPlan plan = read.Read(
                offset, 1, ReadBound.LogEnd, minOneBatch: true, ranges, isCommitted ? [] : null, mayWait);
            if (plan.RangeCount > 0)
            {
                ranges[0].Release();
            }

            return plan;
        }
    }

    [Fact]
    public void Offsets_outside_the_log_are_out_of_range_and_its_end_is_empty()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, rig.Batch(5));
        rig.AppendAndFlush(log, rig.Batch(5));
        log.AdvanceLogStart(5);
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(4, 100, ReadBound.LogEnd, true, ranges).Error);
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(11, 100, ReadBound.LogEnd, true, ranges).Error);
        ReadPlan atEnd = log.Read(10, 100, ReadBound.LogEnd, true, ranges);
        Assert.Equal(
            (ErrorCode.None, 0, 10L, 5L), (atEnd.Error, atEnd.RangeCount, atEnd.LogEndOffset, atEnd.LogStartOffset));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_read_never_crosses_the_high_watermark(bool manyBatches)
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        int count = manyBatches ? 300 : 10;
        for (int index = 0; index < count; index++)
        {
            AppendResult result = rig.Append(log, rig.Batch(2, 100));
            log.Flush(result.Ticket);
        }

        foreach (long watermark in (long[])[2, 4, count, (2 * count) - 2])
        {
            log.AdvanceHighWatermark(watermark);
            ReadPlan plan = log.Read(0, 1 << 20, ReadBound.HighWatermark, true, ranges);
            RecordBatches batches = new(LogRig.Bytes(plan, ranges));
            long last = -1;
            while (batches.MoveNext())
            {
                last = batches.Current.LastOffset;
            }

            Assert.Equal(watermark - 1, last);
            Assert.Equal(plan.Bytes, batches.Position);
            Assert.Equal(0, log.Read(watermark, 100, ReadBound.HighWatermark, true, ranges).RangeCount);
            Assert.Equal(ErrorCode.None, log.Read(log.LogEndOffset, 100, ReadBound.HighWatermark, true, ranges).Error);
        }
    }

    [Fact]
    public void The_first_batch_is_cut_off_only_where_it_need_not_be_whole()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, rig.Batch(1, 1000));
        ReadPlan cut = log.Read(0, 100, ReadBound.LogEnd, minOneBatch: false, ranges);
        ranges[0].Release();
        Assert.Equal((100, true), (cut.Bytes, cut.FirstBatchIncomplete));
        ReadPlan whole = log.Read(0, 100, ReadBound.LogEnd, minOneBatch: true, ranges);
        ranges[0].Release();
        Assert.Equal((log.Size, false), ((long)whole.Bytes, whole.FirstBatchIncomplete));
        Assert.Equal(0, log.Read(0, 0, ReadBound.LogEnd, minOneBatch: false, ranges).RangeCount);
    }

    [Fact]
    public void Readers_of_committed_records_see_decided_transactions_and_which_were_aborted()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, rig.Batch(2, header: LogRig.Transactional(7, 0, 0)));
        rig.AppendAndFlush(log, rig.Batch(2, header: LogRig.Transactional(8, 0, 0)));
        Assert.Equal(0, log.LastStableOffset);
        Assert.Equal(0, log.Read(0, 1000, ReadBound.LastStable, true, ranges).RangeCount);
        rig.AppendAndFlush(log, rig.Marker(7, 0, commit: false), AppendOrigin.Coordinator);
        Assert.Equal(2, log.LastStableOffset);
        rig.AppendAndFlush(log, rig.Marker(8, 0, commit: true), AppendOrigin.Coordinator);
        Assert.Equal(6, log.LastStableOffset);

        List<AbortedTransaction> aborted = [];
        ReadPlan plan = log.Read(0, 1000, ReadBound.LastStable, true, ranges, aborted);
        ranges[0].Release();
        Assert.Equal(log.Size, plan.Bytes);
        Assert.Equal([new AbortedTransaction(7, 0, 4, 2)], aborted);
        Assert.NotNull(rig.Peek(log, "00000000000000000000.txnindex"));
    }

    [Fact]
    public void An_undecided_transaction_bounds_the_last_stable_offset_until_its_marker_is_replicated()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, rig.Batch());
        rig.AppendAndFlush(log, rig.Batch(header: LogRig.Transactional(7, 0, 0)));
        AppendResult marker = rig.Append(log, rig.Marker(7, 0, commit: true), AppendOrigin.Coordinator);
        log.Flush(marker.Ticket);
        Assert.Equal((3, 2, 1), (log.LogEndOffset, log.HighWatermark, log.LastStableOffset));
        log.AdvanceHighWatermark(3);
        Assert.Equal(3, log.LastStableOffset);
    }

    [Fact]
    public void A_failed_write_of_the_transaction_index_takes_the_marker_back()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, rig.Batch(header: LogRig.Transactional(7, 0, 0)));
        AppendResult marker = rig.Append(log, rig.Marker(7, 0, commit: false), AppendOrigin.Coordinator);
        rig.Simulated.Faults.FailNth(Operation.Write, 1, IoError.NoSpace, pathContains: ".txnindex");
        Assert.Equal(ErrorCode.KafkaStorageError, log.Flush(marker.Ticket));
        Assert.Equal((1, 0), (log.LogEndOffset, log.LastStableOffset));
        Assert.True(log.HasOpenTransaction(7, 0));
        rig.AppendAndFlush(log, rig.Marker(7, 0, commit: false), AppendOrigin.Coordinator);
        Assert.Equal(2, log.LastStableOffset);
        List<AbortedTransaction> aborted = [];
        log.Read(0, 1000, ReadBound.LastStable, true, ranges, aborted);
        ranges[0].Release();
        Assert.Single(aborted);
    }

    [Fact]
    public void One_read_goes_on_in_the_next_segment_where_there_is_a_place_for_it()
    {
        using LogRig rig = new();
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 400 });
        for (int index = 0; index < 12; index++)
        {
            rig.AppendAndFlush(log, rig.Batch(1, 50));
        }

        Assert.True(log.Segments.Length > 2);
        FileRange[] many = new FileRange[16];
        ReadPlan plan = log.Read(1, 1 << 20, ReadBound.LogEnd, true, many);
        Assert.Equal(log.Segments.Length, plan.RangeCount);
        RecordBatches batches = new(LogRig.Bytes(plan, many));
        long expected = 1;
        while (batches.MoveNext())
        {
            Assert.Equal(expected++, batches.Current.BaseOffset);
        }

        Assert.Equal(12, expected);
        Assert.Equal(1, log.Read(1, 1 << 20, ReadBound.LogEnd, true, ranges).RangeCount);
        ranges[0].Release();
    }

    [Fact]
    public void Readers_beside_the_writer_see_whole_batches_up_to_the_end_they_were_told()
    {
        using TemporaryFolder folder = new();
        using LogRig rig = new(new PosixFileSystem(), folder.Path);
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 100_000, SegmentIndexBytes = 12_000 });
        byte[][] batches = [.. Enumerable.Range(1, 20).Select(count => rig.Batch(count, 40))];
        bool stops = false;
        Exception? fault = null;
        Thread reader = new(() =>
        {
            try
            {
                Random random = new(5);
                FileRange[] places = new FileRange[1];
                while (!Volatile.Read(ref stops))
                {
                    long end = log.LogEndOffset;
                    long offset = random.Next(4) == 0 ? random.NextInt64(end + 1) : Math.Max(0, end - random.Next(200));
                    CheckRead(log, offset, places);
                }
            }
            catch (Exception caught)
            {
                fault = caught;
            }
        });
        reader.Start();
        Random order = new(6);
        for (int turn = 0; turn < 4000; turn++)
        {
            FlushTicket ticket = default;
            for (int index = 0; index <= order.Next(5); index++)
            {
                byte[] batch = batches[order.Next(batches.Length)].ToArray();
                byte[] fresh = rig.Pin(batch);
                System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(fresh, 0);
                ticket = rig.Append(log, fresh).Ticket;
            }

            Assert.Equal(ErrorCode.None, log.Flush(ticket));
            log.AdvanceHighWatermark(log.LogEndOffset);
        }

        Volatile.Write(ref stops, true);
        reader.Join();
        Assert.Null(fault);
        Assert.True(log.Segments.Length > 10);
    }

    private static void CheckRead(PartitionLog log, long offset, FileRange[] places)
    {
        ReadPlan plan = log.Read(offset, 5000, ReadBound.HighWatermark, true, places);
        Assert.Equal(ErrorCode.None, plan.Error);
        if (plan.RangeCount == 0)
        {
            Assert.True(offset >= plan.UpperOffset);
            return;
        }

        RecordBatches batches = new(LogRig.Bytes(plan, places));
        Assert.True(batches.MoveNext());
        Assert.True(batches.Current.BaseOffset <= offset && batches.Current.LastOffset >= offset);
        do
        {
            Assert.Equal(RecordFault.None, batches.Current.Check());
            Assert.True(batches.Current.LastOffset < plan.UpperOffset);
        }
        while (batches.MoveNext());
    }
}
