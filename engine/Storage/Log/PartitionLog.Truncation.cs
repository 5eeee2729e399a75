using Millrace.Protocol;

namespace Millrace.Storage;

/// <content>Cutting the log at its end and at its start.</content>
public sealed unsafe partial class PartitionLog
{
    /// <summary>
    /// Cuts off everything from an offset on. An offset inside a batch takes the whole batch with it. Not on a reactor.
    /// </summary>
    /// <returns>KAFKA_STORAGE_ERROR where the disk refused; the directory is offline then.</returns>
    public ErrorCode TruncateTo(long offset, long nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        bool watermarkMoved;
        lock (maintenance)
        {
            lock (gate)
            {
                if (IsOffline || (pending is not null && !FlushPending(Config)))
                {
                    return ErrorCode.KafkaStorageError;
                }

                if (offset >= nextOffset)
                {
                    // A leader that was deposed before it wrote leaves an epoch at the end that others never knew.
                    EpochsChanged(epochs.TruncateEnd(nextOffset));
                    return ErrorCode.None;
                }

                long before = highWatermark;
                IoError error = offset < segments[0].BaseOffset
                    ? StartOver(offset, offset, nowMs)
                    : CutAt(offset, nowMs);
                if (error != IoError.None)
                {
                    context.FailForGood("truncate", Folder, error);
                    return ErrorCode.KafkaStorageError;
                }

                watermarkMoved = highWatermark != before;
            }

            SyncCut();
        }

        context.Listener.LogEndMoved(this);
        if (watermarkMoved)
        {
            context.Listener.HighWatermarkMoved(this);
        }

        return ErrorCode.None;
    }

    /// <summary>Drops all records: the log then begins and ends at an offset. Not on a reactor.</summary>
    /// <param name="offset">The new end.</param>
    /// <param name="startOffset">The new start, where it is not the end: as when a follower begins behind the
    /// leader's.</param>
    /// <param name="nowMs">Wall clock.</param>
    public ErrorCode TruncateFullyAndStartAt(long offset, long nowMs, long? startOffset = null)
    {
        lock (maintenance)
        {
            lock (gate)
            {
                if (IsOffline || (pending is not null && !FlushPending(Config)))
                {
                    return ErrorCode.KafkaStorageError;
                }

                IoError error = StartOver(offset, startOffset ?? offset, nowMs);
                if (error != IoError.None)
                {
                    context.FailForGood("truncate", Folder, error);
                    return ErrorCode.KafkaStorageError;
                }
            }

            SyncCut();
        }

        context.Listener.LogEndMoved(this);
        context.Listener.LogStartMoved(this);
        context.Listener.HighWatermarkMoved(this);
        return ErrorCode.None;
    }

    /// <summary>
    /// What was cut off must not come back after a crash behind what is written in its place: the cut is synced at
    /// once.
    /// </summary>
    private void SyncCut()
    {
        IoError error = Active.SyncData();
        if (error != IoError.None || !SyncNames())
        {
            context.FailForGood("sync", Active.File.Path, error);
        }
    }

    private void EpochsChanged(bool changed)
    {
        if (changed)
        {
            context.Worker.Post(new EpochCheckpointJob(this));
        }
    }

    private IoError CutAt(long offset, long nowMs)
    {
        LogSegment[] current = segments;
        int kept = current.Length;
        while (kept > 1 && current[kept - 1].BaseOffset > offset)
        {
            kept--;
        }

        LogSegment last = current[kept - 1];
        IoError error = last.LoadForAppend();
        int position = last.Size;
        if (error == IoError.None)
        {
            error = PositionOf(last, offset, out position);
        }

        if (error != IoError.None)
        {
            return error;
        }

        // Readers see the new end before anything goes.
        nextOffset = offset;
        end.Publish(offset, last, position);
        LogSegment[] removed = current[kept..];
        Volatile.Write(ref segments, current[..kept]);
        error = last.TruncateTo(offset, position, nowMs);
        Discard(removed, delayMs: Config.FileDeleteDelayMs);
        Volatile.Write(ref logStartOffset, Math.Min(logStartOffset, offset));
        Volatile.Write(ref flushedOffset, Math.Min(flushedOffset, offset));
        Volatile.Write(ref highWatermark, Math.Min(highWatermark, offset));
        EpochsChanged(epochs.TruncateEnd(offset));
        snapshots.DeleteBehind(offset);
        return error == IoError.None ? RebuildProducers(offset, nowMs) : error;
    }

    private static IoError PositionOf(LogSegment segment, long offset, out int position)
    {
        position = segment.Size;
        IoError error = segment.File.Pin(out IFile? file);
        if (file is not null)
        {
            error = segment.Find(file, offset, segment.Size, out position, out _);
            segment.File.Unpin();
        }

        return error;
    }

    private IoError StartOver(long offset, long startOffset, long nowMs)
    {
        LogSegment[] removed = segments;

        // The new first segment may have the name of one that goes.
        IoError error = MarkDeleted(removed);
        LogSegment fresh = new(context, Folder, offset, Config, 0, nowMs);
        error = error == IoError.None ? fresh.CreateFiles(preparedFile: null) : error;
        if (error != IoError.None)
        {
            return error;
        }

        nextOffset = offset;
        Volatile.Write(ref logStartOffset, startOffset);
        Volatile.Write(ref segments, [fresh]);
        end.Publish(offset, fresh, 0);
        Volatile.Write(ref highWatermark, offset);
        Volatile.Write(ref flushedOffset, Math.Min(flushedOffset, offset));
        foreach (long snapshot in snapshots.Offsets)
        {
            snapshots.Delete(snapshot);
        }

        producers.Clear();
        EpochsChanged(epochs.Clear());
        DeleteLater(removed, Config.FileDeleteDelayMs);
        return IoError.None;
    }

    private static IoError MarkDeleted(LogSegment[] removed)
    {
        foreach (LogSegment segment in removed)
        {
            IoError error = segment.MarkDeleted();
            if (error != IoError.None)
            {
                return error;
            }
        }

        return IoError.None;
    }

    /// <summary>Marks segments, which nobody can find any more, as deleted, and has them deleted later.</summary>
    private void Discard(LogSegment[] removed, long delayMs)
    {
        foreach (LogSegment segment in removed)
        {
            context.Fail("rename", segment.File.Path, segment.MarkDeleted());
            snapshots.Delete(segment.BaseOffset);
        }

        DeleteLater(removed, delayMs);
    }

    private void DeleteLater(LogSegment[] removed, long delayMs)
    {
        if (removed.Length > 0)
        {
            context.Worker.PostLater(new SegmentDeletionJob(context, removed), delayMs);
        }
    }

    /// <summary>
    /// Makes the producers' state again as it is at the log's end: the newest snapshot and what lies behind it.
    /// </summary>
    private IoError RebuildProducers(long upTo, long nowMs)
    {
        producers.Clear();
        ProducerSnapshotEntry[] entries = snapshots.LoadNewest(upTo, out long from);
        foreach (ProducerSnapshotEntry entry in entries)
        {
            producers.Restore(entry, nowMs);
        }

        // Records before the log's start count as long as they are there: a marker among them ends a transaction.
        from = Math.Max(from, segments[0].BaseOffset);
        IoError error = IoError.None;
        LogSegment[] current = segments;
        for (int index = 0; index < current.Length && error == IoError.None; index++)
        {
            if (index == current.Length - 1 || current[index + 1].BaseOffset > from)
            {
                error = ProducerReplay.Run(current[index], from, producers);
            }
        }

        producers.ForgetEndedBelow(highWatermark);
        return error;
    }

    /// <summary>
    /// Moves the log's start forward, as DeleteRecords and retention do. Whole segments before it are deleted by the
    /// next
    /// <see cref="DeleteOldSegments"/>.
    /// </summary>
    /// <returns>OFFSET_OUT_OF_RANGE beyond the high watermark.</returns>
    public ErrorCode AdvanceLogStart(long offset)
    {
        lock (gate)
        {
            if (IsOffline)
            {
                return ErrorCode.KafkaStorageError;
            }

            if (offset > highWatermark)
            {
                return ErrorCode.OffsetOutOfRange;
            }

            if (offset <= logStartOffset)
            {
                return ErrorCode.None;
            }

            SetLogStart(offset);
        }

        context.Listener.LogStartMoved(this);
        return ErrorCode.None;
    }

    private void SetLogStart(long offset)
    {
        Volatile.Write(ref logStartOffset, offset);
        EpochsChanged(epochs.TruncateStart(offset));
        producers.ForgetEndedBelow(offset);
    }

    /// <summary>
    /// Deletes the segments whose time is over: by the log's start always; by age and by size where the topic's policy
    /// has
    /// <c>delete</c>. Nothing at or behind the high watermark goes. Not on a reactor.
    /// </summary>
    /// <returns>How many went.</returns>
    public int DeleteOldSegments(long nowMs)
    {
        int deleted;
        lock (maintenance)
        {
            lock (gate)
            {
                if (IsOffline)
                {
                    return 0;
                }
            }

            // One reason after the other, as the start moves by each.
            LogConfig current = Config;
            deleted = DeleteFirst(Retention.BeforeStart(segments, LogStartOffset), nowMs);
            if (current.Deletes)
            {
                deleted += DeleteFirst(Retention.BySize(segments, current.RetentionBytes), nowMs);
                deleted += DeleteFirst(CountExpired(current.RetentionMs, nowMs), nowMs);
            }
        }

        if (deleted > 0)
        {
            context.Listener.LogStartMoved(this);
        }

        return deleted;
    }

    private int CountExpired(long retentionMs, long nowMs)
    {
        lock (gate)
        {
            return Retention.ByTime(segments, retentionMs, nowMs);
        }
    }

    /// <summary>
    /// Deletes so many of the first segments, as far as the high watermark allows. Under the maintenance lock.
    /// </summary>
    private int DeleteFirst(int count, long nowMs)
    {
        LogSegment[] removed;
        long firstKept;
        lock (gate)
        {
            count = Math.Min(count, Retention.BelowWatermark(segments, highWatermark, nextOffset));
            if (count > 0 && count == segments.Length)
            {
                if (Active.Size == 0)
                {
                    count--;
                }
                else if (Active.LoadForAppend() is not IoError.None
                    || RollTo(nextOffset, nowMs, Config) is not IoError.None)
                {
                    return 0;
                }
            }

            if (count <= 0)
            {
                return 0;
            }

            removed = segments[..count];
            firstKept = segments[count].BaseOffset;
            Volatile.Write(ref segments, segments[count..]);
            if (segments[0].BaseOffset > logStartOffset)
            {
                SetLogStart(segments[0].BaseOffset);
            }

            Volatile.Write(ref flushedOffset, Math.Max(flushedOffset, segments[0].BaseOffset));
        }

        Discard(removed, Config.FileDeleteDelayMs);
        snapshots.DeleteBefore(firstKept);
        return count;
    }
}
