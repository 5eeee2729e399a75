using Millrace.Protocol;

namespace Millrace.Storage;

/// <content>Writing the group that was gathered, or taking it back.</content>
public sealed partial class PartitionLog
{
    private readonly FailedGroups failedGroups = new();
    private long unsyncedRecords;
    private long lastSyncMs;

    // The end has moved and the listener was not told yet: a roll in the middle of an append writes, too.
    private bool endIsNews;

    /// <summary>Writes everything that was appended to the log and not written yet, whoever appended it.</summary>
    /// <param name="ticket">Of the caller's append. One flush for each ticket; a group that is written already costs a
    /// look.</param>
    /// <returns>
    /// None where the append is in the log. KAFKA_STORAGE_ERROR where its write failed: nothing of its group is there,
    /// and the client may try again.
    /// </returns>
    public ErrorCode Flush(FlushTicket ticket)
    {
        if (ticket.IsNone)
        {
            return ErrorCode.None;
        }

        bool announces;
        bool failed;
        lock (gate)
        {
            if (ticket.Group == group && pending is not null)
            {
                FlushPending(Config);
            }

            failed = failedGroups.Contains(ticket.Group);
            announces = endIsNews;
            endIsNews = false;
        }

        if (announces)
        {
            context.Listener.LogEndMoved(this);
        }

        return failed ? ErrorCode.KafkaStorageError : ErrorCode.None;
    }

    /// <summary>Writes the group. Under the gate.</summary>
    /// <returns>Whether it is in the log now.</returns>
    private bool FlushPending(LogConfig current)
    {
        PendingWrites writes = pending!;
        LogSegment segment = Active;
        IoError error = WriteGroup(writes, segment, out string path);
        if (error == IoError.None)
        {
            segment.Commit(writes.Batches, current.IndexIntervalBytes);
            long records = nextOffset - end.Offset;
            end.Publish(nextOffset, segment, segment.Size);
            endIsNews = true;
            EndGroup(writes);
            AfterWrite(segment, records, current);
            return true;
        }

        failedGroups.Add(group);
        context.Fail("write", path, error);
        TakeBack(writes, segment);
        EndGroup(writes);
        return false;
    }

    private IoError WriteGroup(PendingWrites writes, LogSegment segment, out string path)
    {
        path = segment.File.Path;
        if (context.IsFailed)
        {
            return IoError.Closed;
        }

        IoError error = segment.File.Pin(out IFile? file);
        if (file is null)
        {
            return error;
        }

        if (segment.HasTornTail)
        {
            error = file.Truncate(segment.Size);
            segment.HasTornTail = error != IoError.None;
        }

        if (error == IoError.None)
        {
            error = file.WriteVectored(segment.Size, writes.Vectors).Error;
        }

        segment.File.Unpin();
        if (error == IoError.None && writes.Aborted.Count > 0)
        {
            path = segment.TransactionIndex.File.Path;
            error = WriteAborted(writes, segment);
        }

        return error;
    }

    /// <summary>
    /// Before the markers can be seen: a reader of committed records that missed the entry would be given aborted ones.
    /// </summary>
    private static IoError WriteAborted(PendingWrites writes, LogSegment segment)
    {
        IoError error = segment.TransactionIndex.LoadSound();
        foreach (AbortedTransaction aborted in writes.Aborted)
        {
            if (error == IoError.None)
            {
                error = segment.TransactionIndex.Append(aborted);
            }
        }

        return error;
    }

    /// <summary>The log becomes what it was before the group: nothing of it was published.</summary>
    private void TakeBack(PendingWrites writes, LogSegment segment)
    {
        long endOffset = end.Offset;
        producers.TakeBack(writes.Producers, endOffset);
        nextOffset = endOffset;
        EpochsChanged(epochs.PutBack(writes.EpochsBefore!) | epochs.TruncateStart(logStartOffset));

        if (context.IsFailed)
        {
            return;
        }

        IoError error = segment.File.Pin(out IFile? file);
        if (file is not null)
        {
            error = file.Truncate(segment.Size);
            segment.File.Unpin();
        }

        segment.HasTornTail = error != IoError.None;
        segment.PreallocatedTo = Math.Min(segment.PreallocatedTo, segment.Size);
        if (writes.Aborted.Count > 0 && error == IoError.None)
        {
            error = segment.TransactionIndex.LoadSound();
            error = error == IoError.None ? segment.TransactionIndex.TruncateTo(endOffset) : error;
        }

        context.Fail("cut back", segment.File.Path, error);
    }

    private void EndGroup(PendingWrites writes)
    {
        pending = null;
        group++;
        context.ReturnPending(writes);
    }

    private void AfterWrite(LogSegment segment, long records, LogConfig current)
    {
        unsyncedRecords += records;
        if (current.FlushesBeforeAck)
        {
            QueueCommit();
        }
        else if (unsyncedRecords >= current.FlushMessages)
        {
            unsyncedRecords = 0;
            context.Worker.Post(new SyncJob(this));
        }

        if (segment.Size >= StorageLimits.PreallocationThreshold)
        {
            TakeSpaceAhead(segment, current);
            WriteBackBehind(segment, current);
        }
    }

    /// <summary>The last groups whose write failed.</summary>
    private sealed class FailedGroups
    {
        private long[] failed = [];
        private int count;

        public void Add(long failedGroup)
        {
            if (failed.Length == 0)
            {
                failed = new long[StorageLimits.FailedGroupsKept];
            }

            failed[count++ % failed.Length] = failedGroup;
        }

        public bool Contains(long asked) =>
            count > 0
            && (failed.AsSpan(0, Math.Min(count, failed.Length)).Contains(asked)
                || (count > failed.Length && asked < failed[count % failed.Length]));
    }
}
