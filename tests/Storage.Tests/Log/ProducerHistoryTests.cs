using Millrace.Protocol;
using Millrace.Protocol.Records;

namespace Millrace.Storage.Tests.Log;

/// <summary>What a log knows of producers and transactions through restarts, truncation, wraps and expiry.</summary>
public sealed class ProducerHistoryTests : IDisposable
{
    private const long Producer = 7;
    private const long ExpirationMs = 86_400_000;

    private readonly LogRig rig = new();

    /// <summary>How the log comes to be opened again.</summary>
    public enum Start
    {
        /// <summary>Stopped cleanly: the producers come from the snapshot, each with its last batch.</summary>
        WithSnapshot,

        /// <summary>The snapshot is damaged: they are read from the log, each with its last five batches.</summary>
        WithoutSnapshot,

        /// <summary>The process was killed.</summary>
        AfterKill,
    }

    public static TheoryData<Start> Starts => [Start.WithSnapshot, Start.WithoutSnapshot, Start.AfterKill];

    public void Dispose() => rig.Dispose();

    [Theory]
    [MemberData(nameof(Starts))]
    public void After_a_start_retries_are_found_gaps_refused_and_sequences_go_on(Start start)
    {
        PartitionLog log = rig.Create();
        for (int index = 0; index < 8; index++)
        {
            rig.AppendAndFlush(log, Plain(index));
        }

        log = Restart(log, start);
        int known = start == Start.WithSnapshot ? 1 : ProducerEntry.BatchesMax;
        for (int index = 0; index < 8; index++)
        {
            AppendResult retry = rig.Append(log, Plain(index));
            Assert.Equal(
                index >= 8 - known ? ErrorCode.None : ErrorCode.OutOfOrderSequenceNumber, retry.Error);
            Assert.Equal(index >= 8 - known, retry.IsDuplicate);
            Assert.Equal(retry.IsDuplicate ? index : -1, retry.FirstOffset);
        }

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, rig.Append(log, Plain(9)).Error);
        Assert.Equal(8, rig.AppendAndFlush(log, Plain(8)).FirstOffset);
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void Sequences_wrap_behind_the_largest_also_across_a_start(Start start)
    {
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, Plain(int.MaxValue - 4, count: 3));

        // Two records, the second one behind the wrap.
        AppendResult wrapping = rig.AppendAndFlush(log, Plain(int.MaxValue - 1, count: 3));
        log = Restart(log, start);
        Assert.Equal(0, Assert.Single(log.DescribeProducers()).LastSequence);
        AppendResult retry = rig.Append(log, Plain(int.MaxValue - 1, count: 3));
        Assert.True(retry.IsDuplicate);
        Assert.Equal(wrapping.FirstOffset, retry.FirstOffset);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, rig.Append(log, Plain(0)).Error);
        Assert.Equal(6, rig.AppendAndFlush(log, Plain(1)).FirstOffset);
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void An_open_transaction_holds_back_readers_across_a_start_until_its_marker(Start start)
    {
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, Plain(0));
        rig.AppendAndFlush(log, InTransaction(50, 0));
        rig.AppendAndFlush(log, InTransaction(51, 0));
        log = Restart(log, start);
        Assert.Equal((3, 1), (log.HighWatermark, log.LastStableOffset));
        Assert.True(log.HasOpenTransaction(50, 0) && log.HasOpenTransaction(51, 0));

        // It goes on without being verified anew, and its duplicates are found.
        Assert.True(rig.Append(log, InTransaction(50, 0)).IsDuplicate);
        Assert.Equal(ErrorCode.None, Prove(log, InTransaction(50, 1), default).Error);
        End(log, 51, commit: true);
        Assert.Equal(1, log.LastStableOffset);
        End(log, 50, commit: false);
        Assert.Equal(log.LogEndOffset, log.LastStableOffset);
        Assert.Equal([(50L, 1L)], AbortedIn(log));
        log = Restart(log, start);
        Assert.Equal(log.LogEndOffset, log.LastStableOffset);
        Assert.Equal([(50L, 1L)], AbortedIn(log));
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void Older_coordinators_and_producers_stay_fenced_across_a_start(Start start)
    {
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, InTransaction(50, 0, epoch: 3));
        End(log, 50, commit: true, epoch: 3, coordinatorEpoch: 9);
        rig.AppendAndFlush(log, InTransaction(50, 1, epoch: 3));
        log = Restart(log, start);
        Assert.Equal(ErrorCode.TransactionCoordinatorFenced, TryEnd(log, 50, epoch: 3, coordinatorEpoch: 8));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, TryEnd(log, 50, epoch: 2, coordinatorEpoch: 9));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, rig.Append(log, InTransaction(50, 2, epoch: 2)).Error);
        Assert.Equal(ErrorCode.None, TryEnd(log, 50, epoch: 3, coordinatorEpoch: 9));
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void At_the_last_epoch_a_producer_ends_its_transaction_and_another_id_goes_on(Start start)
    {
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, InTransaction(50, 0, epoch: short.MaxValue - 1));
        End(log, 50, commit: true, epoch: short.MaxValue, transactionVersion: 2);
        log = Restart(log, start);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, rig.Append(log, InTransaction(50, 1, short.MaxValue - 1)).Error);
        rig.AppendAndFlush(log, InTransaction(50, 0, epoch: short.MaxValue));
        Assert.Equal(
            ErrorCode.None, TryEnd(log, 50, epoch: short.MaxValue, coordinatorEpoch: 0, transactionVersion: 2));
        rig.AppendAndFlush(log, InTransaction(51, 0));
        End(log, 51, commit: true, epoch: 1, transactionVersion: 2);
        Assert.Equal(log.LogEndOffset, log.LastStableOffset);
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void A_verification_does_not_survive_a_start(Start start)
    {
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, Plain(0));
        Assert.Equal(
            ErrorCode.None, log.BeginVerification(50, 0, 0, raisesEpoch: true, rig.NowMs, out VerificationGuard guard));
        log = Restart(log, start);
        Assert.Equal(ErrorCode.InvalidTxnState, Prove(log, InTransaction(50, 0), guard).Error);
        log.BeginVerification(50, 0, 0, raisesEpoch: true, rig.NowMs, out guard);
        Assert.Equal(ErrorCode.None, Prove(log, InTransaction(50, 0), guard).Error);
    }

    [Fact]
    public void Truncation_takes_producers_markers_and_aborts_back_to_what_is_left()
    {
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 400 });
        rig.AppendAndFlush(log, InTransaction(50, 0));
        rig.AppendAndFlush(log, InTransaction(51, 0));
        End(log, 50, commit: false, coordinatorEpoch: 4);
        End(log, 51, commit: true, coordinatorEpoch: 4);
        rig.AppendAndFlush(log, InTransaction(50, 1));
        rig.AppendAndFlush(log, Plain(0));
        rig.Worker.RunAll();
        Assert.Equal((6, 4), (log.HighWatermark, log.LastStableOffset));

        // Behind the first marker: the second one is open again.
        Assert.Equal(ErrorCode.None, log.TruncateTo(3, rig.NowMs));
        Assert.Equal((3, 1), (log.LogEndOffset, log.LastStableOffset));
        Assert.Equal([(50L, 0L)], AbortedIn(log));
        Assert.False(log.HasOpenTransaction(50, 0));
        Assert.True(log.HasOpenTransaction(51, 0));
        Assert.Equal([50L, 51L], log.DescribeProducers().Select(one => one.ProducerId).Order());

        // Before it: both are, and the coordinator's epoch is as unknown as its marker.
        Assert.Equal(ErrorCode.None, log.TruncateTo(2, rig.NowMs));
        Assert.Equal((2, 0), (log.LogEndOffset, log.LastStableOffset));
        Assert.Empty(AbortedIn(log));
        End(log, 50, commit: true, coordinatorEpoch: 3);
        Assert.Equal(1, log.LastStableOffset);
        End(log, 51, commit: false, coordinatorEpoch: 3);
        Assert.Equal([(51L, 1L)], AbortedIn(log));
        Assert.Equal(4, log.LastStableOffset);
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void Idle_producers_are_forgotten_live_and_at_a_start_but_not_open_transactions(Start start)
    {
        PartitionLog log = rig.Create();
        rig.AppendAndFlush(log, Plain(4));
        rig.AppendAndFlush(log, InTransaction(50, 0));
        rig.NowMs += ExpirationMs;
        log = Restart(log, start);
        log.ForgetExpiredProducers(rig.NowMs);
        Assert.Equal([50L], log.DescribeProducers().Select(one => one.ProducerId));
        Assert.Equal(1, log.LastStableOffset);

        // Nothing is known of it any more: any sequence goes, and an old one would be written twice, as with Kafka.
        Assert.Equal(ErrorCode.None, rig.Append(log, Plain(4)).Error);
    }

    private byte[] Plain(int sequence, int count = 1) =>
        rig.Batch(count, timestamp: rig.NowMs, header: LogRig.Idempotent(Producer, 0, sequence));

    private byte[] InTransaction(long producer, int sequence, short epoch = 0) =>
        rig.Batch(timestamp: rig.NowMs, header: LogRig.Transactional(producer, epoch, sequence));

    private unsafe AppendResult Prove(PartitionLog log, byte[] batch, VerificationGuard guard)
    {
        fixed (byte* start = batch)
        {
            AppendResult result = log.AppendAsLeader(
                rig.Appender,
                start,
                batch.Length,
                new LeaderAppend(0, AppendOrigin.Client, rig.NowMs, Proof: new TransactionProof(true, guard)));
            Assert.Equal(ErrorCode.None, log.Flush(result.Ticket));
            log.AdvanceHighWatermark(log.LogEndOffset);
            return result;
        }
    }

    private void End(
        PartitionLog log,
        long producer,
        bool commit,
        short epoch = 0,
        int coordinatorEpoch = 0,
        short transactionVersion = 0) =>
        Assert.Equal(ErrorCode.None, TryEnd(log, producer, epoch, coordinatorEpoch, transactionVersion, commit));

    private unsafe ErrorCode TryEnd(
        PartitionLog log,
        long producer,
        short epoch,
        int coordinatorEpoch,
        short transactionVersion = 0,
        bool commit = true)
    {
        byte[] marker = rig.Marker(producer, epoch, commit, coordinatorEpoch);
        fixed (byte* start = marker)
        {
            AppendResult result = log.AppendAsLeader(
                rig.Appender,
                start,
                marker.Length,
                new LeaderAppend(0, AppendOrigin.Coordinator, rig.NowMs, transactionVersion));
            Assert.Equal(ErrorCode.None, log.Flush(result.Ticket));
            log.AdvanceHighWatermark(log.LogEndOffset);
            return result.Error;
        }
    }

    private static List<(long Producer, long First)> AbortedIn(PartitionLog log)
    {
        List<AbortedTransaction> aborted = [];
        FileRange[] ranges = new FileRange[4];
        ReadPlan plan = log.Read(0, 1 << 20, ReadBound.LastStable, minOneBatch: true, ranges, aborted);
        Assert.Equal(ErrorCode.None, plan.Error);
        for (int index = 0; index < plan.RangeCount; index++)
        {
            ranges[index].Release();
        }

        return [.. aborted.Select(one => (one.ProducerId, one.FirstOffset))];
    }

    private PartitionLog Restart(PartitionLog log, Start start)
    {
        rig.Worker.RunAll();
        long end = log.LogEndOffset;
        if (start == Start.AfterKill)
        {
            rig.Simulated.Kill();
            return Opened(rig.Reload(log, stoppedCleanly: false, recoveryPoint: 0, 0, end), end);
        }

        Assert.True(log.Close());
        if (start == Start.WithoutSnapshot)
        {
            string[] names = [.. rig.FilesOf(log).Where(file => file.EndsWith(".snapshot", StringComparison.Ordinal))];
            Assert.NotEmpty(names);
            foreach (string name in names)
            {
                byte last = rig.Peek(log, name)![^1];
                rig.Simulated.Rot(Path.Join(log.Folder, name), rig.Peek(log, name)!.Length - 1, (byte)(last ^ 1));
            }
        }

        return Opened(rig.Reload(log, stoppedCleanly: true, log.RecoveryPoint, 0, end), end);
    }

    private static PartitionLog Opened(PartitionLog log, long end)
    {
        Assert.Equal(end, log.LogEndOffset);
        log.AdvanceHighWatermark(end);
        return log;
    }
}
