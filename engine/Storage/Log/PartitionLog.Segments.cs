using Millrace.Base;

namespace Millrace.Storage;

/// <content>Rolling, syncing, and the work on files that the directory's worker does.</content>
public sealed unsafe partial class PartitionLog
{
    /// <summary>
    /// The file made ahead for the next segment. Kafka passes over names that it does not know, and a load deletes it.
    /// </summary>
    public const string PreparedFileName = "next-segment.prepared";

    // Bytes of the prepared file that space was taken for; 0 where there is none. Under the gate.
    private long preparedBytes;
    private bool isPreparing;

    /// <summary>Begins a new segment at the log's end where the active one has any batches.</summary>
    public IoError Roll(long nowMs)
    {
        lock (gate)
        {
            if (IsOffline || (pending is not null && !FlushPending(Config)))
            {
                return IoError.Closed;
            }

            IoError error = Active.LoadForAppend();
            return error != IoError.None || Active.Size == 0 ? error : RollTo(nextOffset, nowMs, Config);
        }
    }

    /// <summary>
    /// Makes an empty segment the active one. Under the gate, with nothing pending and the active one loaded.
    /// </summary>
    private IoError RollTo(long baseOffset, long nowMs, LogConfig current)
    {
        LogSegment old = Active;
        Invariant.That(pending is null
            && baseOffset >= nextOffset, "A segment begins at or behind the end of the log.");
        if (baseOffset == old.BaseOffset)
        {
            // Full without a batch: its index is larger than the config now allows it, or its files are too small for
            // one entry.
            return IoError.None;
        }

        IoError error = old.EndTimeIndex();
        LogSegment fresh = new(context, Folder, baseOffset, current, 0, nowMs);
        if (error == IoError.None)
        {
            string? prepared = preparedBytes > 0 ? Path.Join(Folder, PreparedFileName) : null;
            error = fresh.CreateFiles(prepared);
            fresh.PreallocatedTo = preparedBytes;
            preparedBytes = 0;
        }

        if (error != IoError.None)
        {
            return error;
        }

        Volatile.Write(ref segments, [.. segments, fresh]);
        end.Publish(nextOffset, fresh, 0);
        old.DropRecentBatches();
        context.Worker.Post(new RolledJob(this, fresh, producers.ToSnapshot()));
        return IoError.None;
    }

    /// <summary>Whether a segment is one of the log's still.</summary>
    private bool IsInUse(LogSegment segment)
    {
        foreach (LogSegment one in Segments)
        {
            if (ReferenceEquals(one, segment))
            {
                return true;
            }
        }

        return false;
    }

    internal void FinishRoll(LogSegment rolled, ProducerSnapshotEntry[] entries)
    {
        lock (maintenance)
        {
            // A truncation may have taken the segment away, and another may have begun at the same offset since.
            if (IsOffline || !IsInUse(rolled))
            {
                return;
            }

            long offset = rolled.BaseOffset;

            // The sync comes first: where a load finds the snapshot, all that lies before it was on the device once,
            // and damage there is no torn write.
            if (!SyncUpTo(offset))
            {
                return;
            }

            IoError error = snapshots.Write(offset, entries);
            if (error != IoError.None)
            {
                // Without it a load replays a little more. What does not pass says that the directory is lost.
                context.Fail("write producer snapshot in", Folder, error);
            }
        }

        context.Listener.FlushedOffsetMoved(this);
    }

    /// <summary>Brings everything that is written to the device. Not on a reactor.</summary>
    /// <returns>Whether it is there.</returns>
    public bool Sync()
    {
        long target;
        lock (maintenance)
        {
            target = end.Offset;
            if (IsOffline || !SyncUpTo(target))
            {
                return false;
            }
        }

        context.Listener.FlushedOffsetMoved(this);
        return true;
    }

    /// <summary>
    /// Syncs where <c>flush.ms</c> have passed since it was done last. Called by the directory's maintenance.
    /// </summary>
    public void SyncIfDue(long nowMs)
    {
        if (nowMs - Volatile.Read(ref lastSyncMs) >= Config.FlushMs)
        {
            Volatile.Write(ref lastSyncMs, nowMs);
            Sync();
        }
    }

    /// <summary>
    /// Brings what is written before an offset to the device, and of sealed segments the indexes with it. Under the
    /// maintenance lock.
    /// </summary>
    private bool SyncUpTo(long offset)
    {
        LogSegment[] current = Volatile.Read(ref segments);
        bool namesAreNew = false;
        for (int index = 0; index < current.Length; index++)
        {
            LogSegment segment = current[index];
            bool isActive = index == current.Length - 1;
            if (segment.BaseOffset >= offset || (isActive ? offset <= flushedOffset : segment.IsWhollySynced))
            {
                continue;
            }

            if (!SyncSegment(segment, isActive))
            {
                return false;
            }

            namesAreNew |= !segment.NamesAreSynced || !isActive;
            segment.NamesAreSynced = true;
        }

        if ((namesAreNew && !SyncNames()) || !WriteEpochs())
        {
            return false;
        }

        for (int index = 0; index < current.Length - 1 && current[index + 1].BaseOffset <= offset; index++)
        {
            current[index].IsWhollySynced = true;
        }

        lock (gate)
        {
            // A truncation cannot have come between: it takes the maintenance lock.
            Volatile.Write(ref flushedOffset, Math.Max(flushedOffset, offset));
        }

        return true;
    }

    private bool SyncSegment(LogSegment segment, bool isActive)
    {
        if (!isActive)
        {
            context.Fail("trim", segment.File.Path, segment.TrimPreallocation());
        }

        IoError error = context.IsFailed ? IoError.Closed : segment.SyncData();
        if (error != IoError.None)
        {
            if (!context.IsFailed && error != IoError.TooManyFiles)
            {
                context.FailForGood("sync", segment.File.Path, error);
            }

            return false;
        }

        error = isActive ? IoError.None : segment.SyncIndexes();
        return error == IoError.None || !context.Fail("sync indexes of", segment.File.Path, error);
    }

    private bool SyncNames()
    {
        IoError error = context.FileSystem.SyncDirectory(Folder);
        return error == IoError.None || !context.FailForGood("sync folder", Folder, error);
    }

    /// <summary>Writes the epochs to their file where it lacks any.</summary>
    /// <returns>Whether the file has all of them.</returns>
    internal bool WriteEpochs()
    {
        lock (maintenance)
        {
            EpochStart[] entries;
            lock (gate)
            {
                if (!epochs.IsDirty || IsOffline)
                {
                    return !IsOffline;
                }

                entries = epochs.TakeForCheckpoint();
            }

            string path = Path.Join(Folder, LeaderEpochCheckpoint.FileName);
            IoError error = context.Writer.Write(path, new LeaderEpochCheckpoint(entries).Format());
            if (error == IoError.None)
            {
                return true;
            }

            lock (gate)
            {
                epochs.CheckpointFailed();
            }

            context.Fail("write", path, error);
            return false;
        }
    }

    /// <summary>
    /// Under the gate: asks for space ahead of the writer, and for the next segment's file when this one nears its end.
    /// </summary>
    private void TakeSpaceAhead(LogSegment segment, LogConfig current)
    {
        long step = Math.Min(current.SegmentBytes, StorageLimits.PreallocationStepMax);
        if (!segment.IsPreallocating
            && segment.PreallocatedTo - segment.Size < step
            && segment.PreallocatedTo < current.SegmentBytes)
        {
            long from = Math.Max(segment.PreallocatedTo, segment.Size);
            long bytes = Math.Min(Math.Min(step, segment.Size), current.SegmentBytes - from);
            if (bytes > 0)
            {
                segment.IsPreallocating = true;
                context.Worker.Post(new PreallocationJob(this, segment, from, bytes));
            }
        }

        if (!isPreparing && preparedBytes == 0 && segment.Size > current.SegmentBytes / 4 * 3L)
        {
            isPreparing = true;
            int ahead = Math.Min(current.SegmentBytes, StorageLimits.PreparedBytesMax);
            context.Worker.Post(new PreparationJob(this, ahead));
        }
    }

    /// <summary>
    /// Under the gate: has the device write what lies a step behind the writer. Left to the kernel, it would come at
    /// once after half a minute, and at the roll, gigabytes beside which every write of the directory waits.
    /// </summary>
    private void WriteBackBehind(LogSegment segment, LogConfig current)
    {
        long from = segment.WriteBackBegunTo;
        long bytes = segment.Size - StorageLimits.WriteBackStep - from;
        if (bytes >= StorageLimits.WriteBackStep && !current.FlushesBeforeAck)
        {
            segment.WriteBackBegunTo = from + bytes;
            context.Worker.Post(new WriteBackJob(context, segment, from, bytes));
        }
    }

    internal void Preallocate(LogSegment segment, long from, long bytes)
    {
        IoError error = IoError.Closed;
        lock (maintenance)
        {
            if (!IsOffline && segment == Volatile.Read(ref segments)[^1])
            {
                error = segment.File.Pin(out IFile? file);
                if (file is not null)
                {
                    error = file.Preallocate(from, bytes);
                    segment.File.Unpin();
                }
            }
        }

        lock (gate)
        {
            // Where it cannot be had, appends take their space themselves; it is asked for again a step later.
            segment.PreallocatedTo = from + bytes;
            segment.IsPreallocating = false;
        }

        _ = error;
    }

    internal void PrepareNextSegment(long bytes)
    {
        bool isMade = false;
        lock (maintenance)
        {
            if (!IsOffline)
            {
                string path = Path.Join(Folder, PreparedFileName);
                IoError error = context.FileSystem.Open(path, OpenKind.CreateOrEmpty, out IFile? file);
                if (file is not null)
                {
                    error = file.Preallocate(0, bytes);
                    file.Close();
                    isMade = true;
                }

                context.Fail("prepare", path, error is IoError.NotSupported ? IoError.None : error);
            }
        }

        lock (gate)
        {
            preparedBytes = isMade ? bytes : 0;
            isPreparing = false;
        }
    }

    /// <summary>
    /// Ends the use of the log: writes and syncs everything, the snapshot of the producers too, so that the next load
    /// has nothing to look at. Not on a reactor; no append is under way.
    /// </summary>
    /// <returns>Whether all of it is on the device.</returns>
    public bool Close()
    {
        bool isSafe;
        lock (maintenance)
        {
            isSafe = !IsOffline && CloseSafely();
            lock (gate)
            {
                isClosed = true;
                foreach (LogSegment segment in segments)
                {
                    segment.CloseFiles();
                }
            }
        }

        context.Listener.FlushedOffsetMoved(this);
        return isSafe;
    }

    private bool CloseSafely()
    {
        long endOffset;
        ProducerSnapshotEntry[] entries;
        lock (gate)
        {
            if (pending is not null && !FlushPending(Config))
            {
                return false;
            }

            endOffset = nextOffset;
            entries = producers.ToSnapshot();
            bool isUntouched = flushedOffset >= endOffset && !Active.OffsetIndex.IsLoaded;
            if (!isUntouched && Active.EndTimeIndex() != IoError.None)
            {
                return false;
            }
        }

        DropPrepared();
        bool isSafe = SyncUpTo(endOffset) && WriteEpochs();
        if (Active.OffsetIndex.IsLoaded)
        {
            context.Fail("trim", Active.File.Path, Active.TrimPreallocation());
            isSafe &= Active.SyncIndexes() == IoError.None && (Active.NamesAreSynced || SyncNames());
        }

        long[] taken = snapshots.Offsets;
        bool hasSnapshot = taken.AsSpan().Contains(endOffset) || (entries.Length == 0 && taken.Length == 0);
        return isSafe && (hasSnapshot || snapshots.Write(endOffset, entries) == IoError.None);
    }

    private void DropPrepared()
    {
        if (preparedBytes > 0)
        {
            // Left behind it would be deleted by the next load.
            _ = context.FileSystem.Delete(Path.Join(Folder, PreparedFileName));
            preparedBytes = 0;
        }
    }

    /// <summary>
    /// Gives the log's folder another name, as when its topic is deleted or it becomes the current one. Not on a
    /// reactor.
    /// </summary>
    public IoError MoveTo(string folder)
    {
        lock (maintenance)
        {
            lock (gate)
            {
                IoError error = context.FileSystem.Rename(Folder, folder);
                if (error != IoError.None)
                {
                    context.Fail("rename", Folder, error);
                    return error;
                }

                Folder = folder;
                snapshots.MovedTo(folder);
                foreach (LogSegment segment in segments)
                {
                    segment.MovedTo(folder);
                }
            }

            IoError synced = context.FileSystem.SyncDirectory(context.Path);
            return synced == IoError.None || !context.FailForGood("sync folder", context.Path, synced)
                ? IoError.None
                : synced;
        }
    }

    /// <summary>
    /// Stops all use of the log without writing anything more: it is to be deleted. Readers that have ranges pinned
    /// read on.
    /// </summary>
    public void Abandon()
    {
        lock (maintenance)
        {
            lock (gate)
            {
                isClosed = true;
                if (pending is { } writes)
                {
                    failedGroups.Add(group);
                    EndGroup(writes);
                }

                foreach (LogSegment segment in segments)
                {
                    segment.CloseFiles();
                }
            }
        }
    }

    /// <summary>
    /// Deletes the folder and everything in it. After <see cref="Abandon"/> or <see cref="Close"/>; not on a reactor.
    /// </summary>
    public IoError DeleteFolder()
    {
        List<DirectoryEntry> entries = [];
        IoError error = context.FileSystem.List(Folder, entries);
        foreach (DirectoryEntry entry in entries)
        {
            if (error == IoError.None && !entry.IsDirectory)
            {
                error = context.FileSystem.Delete(Path.Join(Folder, entry.Name));
                error = error == IoError.NotFound ? IoError.None : error;
            }
        }

        error = error == IoError.None ? context.FileSystem.DeleteDirectory(Folder) : error;
        return error == IoError.NotFound ? IoError.None : error;
    }
}
