using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Records;

namespace Millrace.Storage;

/// <content>Appending: checks, offsets, the group that is gathered, and its write.</content>
public sealed unsafe partial class PartitionLog
{
    // The offset behind the last batch that was accepted, written or not.
    private long nextOffset;

    // The group being gathered; rented only while there is one.
    private PendingWrites? pending;
    private long group = 1;

    /// <summary>
    /// Appends as the leader: checks the batches and their producers, gives them offsets, epoch and timestamps in
    /// place, and notes them to be written. Any thread, with an appender of its own.
    /// </summary>
    /// <param name="appender">The calling thread's.</param>
    /// <param name="start">
    /// Native or pinned memory with the batches, which are changed in place. It has to stay until the flush of the
    /// ticket has returned.
    /// </param>
    /// <param name="length">Bytes.</param>
    /// <param name="append">Who appends, and when.</param>
    public AppendResult AppendAsLeader(LogAppender appender, byte* start, int length, in LeaderAppend append)
    {
        LogConfig current = Config;
        AppendRules rules = current.RulesFor(append.Origin);
        ReadOnlySpan<byte> bytes = new(start, length);
        AppendCheck check = appender.Validator.CheckLeaderAppend(bytes, rules, append.LeaderEpoch, append.NowMs);
        if (check.Fault != RecordFault.None)
        {
            return AppendResult.Refused(check.ErrorCode, LogStartOffset, check.Fault);
        }

        if (check.BatchCount == 0)
        {
            return AppendResult.Refused(ErrorCode.None, LogStartOffset);
        }

        OwnedBuffer rewritten = default;
        if (check.NeedsRewrite)
        {
            RecordFault fault = Rewrite(appender, bytes, check, rules, append, out rewritten);
            if (fault != RecordFault.None)
            {
                return AppendResult.Refused(fault.ToErrorCode(), LogStartOffset, fault);
            }
        }

        AppendResult result;
        lock (gate)
        {
            result = rewritten.IsNone
                ? AppendChecked(appender, start, check, rules, append, current)
                : AppendRewritten(rewritten, append, rules, current);
        }

        if (result.Error != ErrorCode.None || result.IsDuplicate)
        {
            rewritten.Return();
        }

        return result;
    }

    /// <summary>
    /// Builds the batch that is stored in another form than it came in, at offset 0: its real one lies outside the
    /// checksum. Outside the lock, as it compresses.
    /// </summary>
    private RecordFault Rewrite(
        LogAppender appender,
        ReadOnlySpan<byte> bytes,
        in AppendCheck check,
        AppendRules rules,
        in LeaderAppend append,
        out OwnedBuffer rewritten)
    {
        rewritten = default;
        RecordFault fault = appender.Rewriter.Rewrite(
            bytes, check, rules, firstOffset: 0, append.LeaderEpoch, append.NowMs, appender.Builder,
                out Span<byte> batch);
        if (fault == RecordFault.None)
        {
            rewritten = context.Buffers.Rent(batch.Length);
            batch.CopyTo(rewritten.Span);
        }

        return fault;
    }

    private AppendResult AppendChecked(
        LogAppender appender,
        byte* start,
        in AppendCheck check,
        AppendRules rules,
        in LeaderAppend append,
        LogConfig current)
    {
        bool assigns = append.Origin != AppendOrigin.RaftLeader;
        bool hasAppendTime = rules.TimestampType == TimestampType.LogAppendTime;
        long firstOffset = assigns ? nextOffset : check.FirstOffset;
        long lastOffset = assigns ? firstOffset + check.OffsetCount - 1 : check.LastOffset;
        Span<byte> bytes = new(start, check.ValidBytes);
        AppendResult result = Admit(
            bytes, append, firstOffset, lastOffset, hasAppendTime ? append.NowMs : check.MaxTimestamp, current);
        if (result.Error != ErrorCode.None || result.IsDuplicate)
        {
            return result;
        }

        if (assigns)
        {
            appender.Validator.Assign(bytes, check, rules, firstOffset, append.LeaderEpoch, append.NowMs);
        }

        Gather(start, check.ValidBytes, append.TransactionVersion);
        return Taken(firstOffset, lastOffset, hasAppendTime ? append.NowMs : -1, check.ValidBytes, current);
    }

    private AppendResult AppendRewritten(
        OwnedBuffer rewritten, in LeaderAppend append, AppendRules rules, LogConfig current)
    {
        Span<byte> bytes = rewritten.Span;
        RecordBatch batch = new(bytes);
        long firstOffset = nextOffset;
        long lastOffset = firstOffset + batch.LastOffsetDelta;
        AppendResult result = Admit(bytes, append, firstOffset, lastOffset, batch.MaxTimestamp, current);
        if (result.Error != ErrorCode.None || result.IsDuplicate)
        {
            return result;
        }

        BatchPatch.SetBaseOffset(bytes, firstOffset);
        Gather(rewritten.Pointer, bytes.Length, append.TransactionVersion);
        pending!.TakeOver(rewritten);
        long appendTime = rules.TimestampType == TimestampType.LogAppendTime ? append.NowMs : -1;
        return Taken(firstOffset, lastOffset, appendTime, bytes.Length, current);
    }

    /// <summary>Everything that can refuse an append that is sound in itself, and the roll that it may need.</summary>
    private AppendResult Admit(
        ReadOnlySpan<byte> bytes,
        in LeaderAppend append,
        long firstOffset,
        long lastOffset,
        long maxTimestamp,
        LogConfig current)
    {
        if (IsOffline)
        {
            return AppendResult.Refused(ErrorCode.KafkaStorageError, LogStartOffset);
        }

        Invariant.That(firstOffset >= nextOffset, "The quorum's leader writes behind the end of its log.");
        if (bytes.Length > current.SegmentBytes)
        {
            return AppendResult.Refused(ErrorCode.RecordListTooLarge, LogStartOffset);
        }

        ProducerVerdict verdict = CheckProducers(bytes, append, out CachedBatch duplicate);
        if (verdict == ProducerVerdict.Duplicate)
        {
            return Duplicate(duplicate);
        }

        if (verdict != ProducerVerdict.Accept)
        {
            return AppendResult.Refused(ErrorOf(verdict), LogStartOffset);
        }

        ErrorCode error = MakeRoom(firstOffset, lastOffset, maxTimestamp, bytes.Length, append.NowMs, current);
        return error == ErrorCode.None ? default : AppendResult.Refused(error, LogStartOffset);
    }

    /// <summary>
    /// The first of the same batches may not be written yet: then it is what the duplicate waits for.
    /// </summary>
    private AppendResult Duplicate(CachedBatch duplicate) => new()
    {
        IsDuplicate = true,
        FirstOffset = duplicate.FirstOffset,
        LastOffset = duplicate.LastOffset,
        LogAppendTimeMs = duplicate.Timestamp,
        LogStartOffset = LogStartOffset,
        Ticket = pending is null ? default : new FlushTicket(group),
    };

    private AppendResult Taken(long firstOffset, long lastOffset, long appendTimeMs, int bytes, LogConfig current)
    {
        AppendResult result = new()
        {
            FirstOffset = firstOffset,
            LastOffset = lastOffset,
            LogAppendTimeMs = appendTimeMs,
            LogStartOffset = LogStartOffset,
            Bytes = bytes,
            Ticket = new FlushTicket(group),
        };
        if (pending!.IsFull)
        {
            FlushPending(current);
        }

        return result;
    }

    private ProducerVerdict CheckProducers(ReadOnlySpan<byte> bytes, in LeaderAppend append, out CachedBatch duplicate)
    {
        duplicate = default;
        RecordBatches batches = new(bytes);
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            if (!batch.HasProducerId)
            {
                continue;
            }

            ProducerVerdict verdict;
            if (batch.IsControl)
            {
                verdict = TryReadMarker(batch, append.TransactionVersion, out ProducerMarker marker)
                    ? producers.Check(marker, append.Origin)
                    : ProducerVerdict.Accept;
            }
            else
            {
                verdict = producers.Check(ProducerBatchOf(batch), append.Origin, append.Proof, out duplicate);
            }

            if (verdict != ProducerVerdict.Accept)
            {
                return verdict;
            }
        }

        return ProducerVerdict.Accept;
    }

    private static ErrorCode ErrorOf(ProducerVerdict verdict) => verdict switch
    {
        ProducerVerdict.OldEpoch => ErrorCode.InvalidProducerEpoch,
        ProducerVerdict.OutOfOrder => ErrorCode.OutOfOrderSequenceNumber,
        ProducerVerdict.NotInTransaction => ErrorCode.InvalidTxnState,
        _ => ErrorCode.TransactionCoordinatorFenced,
    };

    internal static ProducerBatch ProducerBatchOf(RecordBatch batch) => new(
        batch.ProducerId,
        batch.ProducerEpoch,
        batch.BaseSequence,
        batch.LastSequence,
        batch.BaseOffset,
        batch.LastOffset,
        batch.MaxTimestamp,
        batch.IsTransactional);

    /// <summary>Reads a transaction's end marker from a whole control batch.</summary>
    /// <returns>False where it is a control batch of another kind.</returns>
    internal static bool TryReadMarker(RecordBatch batch, short transactionVersion, out ProducerMarker marker)
    {
        marker = default;
        RecordReader records = RecordReader.OverPlain(batch);
        if (!records.MoveNext()
            || !ControlRecord.TryReadType(records.Current.Key, out ControlRecordType type)
            || type is not (ControlRecordType.Abort or ControlRecordType.Commit)
            || !ControlRecord.TryReadCoordinatorEpoch(records.Current.Value, out int coordinatorEpoch))
        {
            return false;
        }

        marker = new ProducerMarker(
            batch.ProducerId,
            batch.ProducerEpoch,
            coordinatorEpoch,
            batch.LastOffset,
            batch.MaxTimestamp,
            type == ControlRecordType.Abort,
            transactionVersion);
        return true;
    }

    /// <summary>
    /// Appends as a follower: offsets and epochs are the leader's, and rise. Each batch may begin a segment of its own.
    /// </summary>
    /// <param name="start">As for <see cref="AppendAsLeader"/>; nothing is changed in it.</param>
    /// <param name="length">Bytes; a batch that is cut short at the end is passed over.</param>
    /// <param name="nowMs">Wall clock.</param>
    /// <returns>OFFSET_OUT_OF_RANGE where the first batch lies before the log's end.</returns>
    public AppendResult AppendAsFollower(byte* start, int length, long nowMs)
    {
        AppendCheck check = BatchValidator.CheckFollowerAppend(new ReadOnlySpan<byte>(start, length), nextOffset: -1);
        if (check.Fault != RecordFault.None || check.BatchCount == 0)
        {
            return AppendResult.Refused(check.ErrorCode, LogStartOffset, check.Fault);
        }

        LogConfig current = Config;
        lock (gate)
        {
            if (IsOffline)
            {
                return AppendResult.Refused(ErrorCode.KafkaStorageError, LogStartOffset);
            }

            // Of a compressed batch before magic 2 only the last offset is known without opening it.
            if (check.FirstOffset < nextOffset)
            {
                return AppendResult.Refused(ErrorCode.OffsetOutOfRange, LogStartOffset, RecordFault.OffsetsOutOfOrder);
            }

            ErrorCode error = GatherEach(start, check.ValidBytes, nowMs, current);
            if (error != ErrorCode.None && pending is not null)
            {
                // The caller has no ticket for what was gathered of its memory: written now, it is a prefix of the
                // append.
                FlushPending(current);
            }

            return error == ErrorCode.None
                ? Taken(check.FirstOffset, check.LastOffset, -1, check.ValidBytes, current)
                : AppendResult.Refused(error, LogStartOffset);
        }
    }

    private ErrorCode GatherEach(byte* start, int length, long nowMs, LogConfig current)
    {
        RecordBatches batches = new(new ReadOnlySpan<byte>(start, length));
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;

            // Before magic 2 the first offset is not in the header; it is no further away than a segment reaches.
            long firstOffset = batch.IsLegacy
                ? Math.Max(nextOffset, batch.LastOffset - int.MaxValue)
                : batch.BaseOffset;
            ErrorCode error = MakeRoom(
                firstOffset, batch.LastOffset, batch.MaxTimestamp, batch.SizeInBytes, nowMs, current);
            if (error != ErrorCode.None)
            {
                return error;
            }

            Gather(start + batches.CurrentPosition, batch.SizeInBytes, transactionVersion: 0);
        }

        return ErrorCode.None;
    }

    /// <summary>Makes sure that the active segment is the one that so many bytes go to.</summary>
    private ErrorCode MakeRoom(
        long firstOffset, long lastOffset, long maxTimestamp, int bytes, long nowMs, LogConfig current)
    {
        IoError error = Active.LoadForAppend();
        if (error == IoError.None && ShouldRoll(lastOffset, maxTimestamp, bytes, nowMs, current))
        {
            if (pending is not null && !FlushPending(current))
            {
                return ErrorCode.KafkaStorageError;
            }

            error = RollTo(Math.Max(firstOffset, nextOffset), nowMs, current);
        }

        if (error == IoError.None)
        {
            return ErrorCode.None;
        }

        context.Fail("open segment", Active.File.Path, error);
        return ErrorCode.KafkaStorageError;
    }

    private bool ShouldRoll(long lastOffset, long maxTimestamp, int bytes, long nowMs, LogConfig current)
    {
        LogSegment segment = Active;
        int size = segment.Size + (pending?.Bytes ?? 0);
        return size > current.SegmentBytes - bytes
            || (size > 0 && WaitedForRollMs(segment, nowMs, maxTimestamp) > current.SegmentMs - segment.RollJitterMs)
            || segment.IndexesAreFull(pending?.Batches.Length ?? 0)
            || !segment.OffsetIndex.CanHold(lastOffset);
    }

    private long WaitedForRollMs(LogSegment segment, long nowMs, long maxTimestamp)
    {
        if (segment.Size == 0 && pending is not null)
        {
            long first = pending.Batches[0].MaxTimestamp;
            return first >= 0 ? maxTimestamp - first : nowMs - segment.CreatedMs;
        }

        return segment.WaitedForRollMs(nowMs, maxTimestamp);
    }

    /// <summary>
    /// Notes batches, whose offsets are final, to be written, and takes in what they mean for epochs and producers.
    /// </summary>
    private void Gather(byte* start, int length, short transactionVersion)
    {
        PendingWrites writes = pending ??= context.RentPending();
        writes.EpochsBefore ??= epochs.Save();
        writes.AddPiece(start, length);
        RecordBatches batches = new(new ReadOnlySpan<byte>(start, length));
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            Invariant.That(batch.LastOffset >= nextOffset, "Offsets of a log rise.");
            writes.AddBatch(
                new PendingBatch(batch.BaseOffset, batch.LastOffset, batch.MaxTimestamp, batch.SizeInBytes));
            if (!batch.IsLegacy)
            {
                AssignEpoch(batch.PartitionLeaderEpoch, batch.BaseOffset);
            }
            else
            {
                // A log that goes back to batches without epochs cannot be truncated by them (as Kafka's does).
                EpochsChanged(epochs.Clear());
            }

            if (batch.HasProducerId)
            {
                TakeInProducer(writes, batch, transactionVersion);
            }

            nextOffset = batch.NextOffset;
        }

        Invariant.That(batches.Position == length, "An append is made of whole batches.");
    }

    private void TakeInProducer(PendingWrites writes, RecordBatch batch, short transactionVersion)
    {
        if (!batch.IsControl)
        {
            producers.Save(batch.ProducerId, writes.Producers);
            producers.Append(ProducerBatchOf(batch));
        }
        else if (TryReadMarker(batch, transactionVersion, out ProducerMarker marker))
        {
            producers.Save(batch.ProducerId, writes.Producers);
            if (producers.Append(marker, out CompletedTransaction completed) && completed.IsAborted)
            {
                writes.Aborted.Add(new AbortedTransaction(
                    completed.ProducerId,
                    completed.FirstOffset,
                    completed.LastOffset,
                    producers.LastStableOffsetAfter(completed)));
            }
        }
    }
}
