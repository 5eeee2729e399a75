using Millrace.Protocol.Records;

namespace Millrace.Storage;

/// <summary>
/// Looks through the segments that may not have been synced before an unclean stop: every batch is checked, both
/// indexes, the transaction index, the epochs and the state of the producers are made from them in the same pass. One
/// load, one thread.
/// </summary>
/// <remarks>
/// What is wrong in the last segment is a torn write: the log is cut there, and the cut is reported. In a sealed
/// segment it is a torn write only where the segment may not have been synced. That it was synced is known by the
/// recovery point, and by the producer snapshot at its end, which is written behind the sync: then it is corruption,
/// and nothing is touched.
/// </remarks>
internal sealed class LogRecovery
{
    private readonly LogDirectoryContext context;
    private readonly LoadRequest request;
    private readonly ProducerStates producers;
    private readonly ProducerSnapshots snapshots;
    private readonly LeaderEpochs epochs;
    private readonly ILogLoadListener listener;

    // Of the segment being looked through.
    private long maxTimestamp;
    private long maxTimestampOffset;
    private long lastIndexed;

    internal LogRecovery(
        LogDirectoryContext context,
        LoadRequest request,
        ProducerStates producers,
        ProducerSnapshots snapshots,
        LeaderEpochs epochs,
        ILogLoadListener listener)
    {
        this.context = context;
        this.request = request;
        this.producers = producers;
        this.snapshots = snapshots;
        this.epochs = epochs;
        this.listener = listener;
    }

    /// <summary>The offset behind the last sound batch.</summary>
    internal long NextOffset { get; private set; }

    /// <summary>Why the partition must not be used; null where it may.</summary>
    internal string? Corruption { get; private set; }

    /// <summary>Looks through the log, and takes what was cut off out of <paramref name="segments"/>.</summary>
    /// <param name="segments">By rising base offset, at least one; their sizes are those of the files.</param>
    /// <param name="from">Segments that end at or before it are not looked through.</param>
    /// <param name="nowMs">Wall clock, for the expiry of producers.</param>
    internal IoError Run(List<LogSegment> segments, long from, long nowMs)
    {
        int first = 0;
        while (first + 1 < segments.Count && segments[first + 1].BaseOffset <= from)
        {
            first++;
        }

        IoError error = RestoreProducers(segments, first, nowMs);
        NextOffset = segments[first].BaseOffset;
        epochs.TruncateEnd(NextOffset);
        for (int index = first; index < segments.Count && error == IoError.None && Corruption is null; index++)
        {
            error = Recover(segments, index);
        }

        producers.ForgetExpired(nowMs);
        return error;
    }

    /// <summary>
    /// The producers as they were at the start of a segment: the newest snapshot, and what lies between.
    /// </summary>
    private IoError RestoreProducers(List<LogSegment> segments, int first, long nowMs)
    {
        long upTo = segments[first].BaseOffset;
        ProducerSnapshotEntry[] entries = snapshots.LoadNewest(upTo, out long from);
        foreach (ProducerSnapshotEntry entry in entries)
        {
            producers.Restore(entry, nowMs);
        }

        IoError error = IoError.None;
        for (int index = 0; index < first && error == IoError.None; index++)
        {
            if (segments[index + 1].BaseOffset > from)
            {
                error = ProducerReplay.Run(segments[index], Math.Max(from, 0), producers);
            }
        }

        return error;
    }

    private IoError Recover(List<LogSegment> segments, int index)
    {
        LogSegment segment = segments[index];
        bool isLast = index == segments.Count - 1;
        bool isProven = !isLast && IsProven(segments[index + 1].BaseOffset);
        IoError error = BeginIndexes(segment);
        IFile? file = null;
        if (error == IoError.None)
        {
            error = segment.File.Pin(out file);
        }

        if (file is null)
        {
            return error;
        }

        IoResult length = file.Length();
        string? damage = null;
        long end = 0;
        error = length.Failed ? length.Error : Scan(segment, file, length.Bytes, isProven, out damage, out end);
        if (error == IoError.None && damage is null && !isLast)
        {
            damage = GapBefore(segments[index + 1], isProven);
        }

        if (error == IoError.None && damage is not null)
        {
            error = isProven || (!isLast && NextOffset < request.RecoveryPoint)
                ? Refuse(segment, end, damage)
                : Cut(segments, index, file, length.Bytes, end, damage);
        }

        segment.File.Unpin();
        if (error == IoError.None && Corruption is null)
        {
            error = EndIndexes(segment, (int)end);
        }

        return error;
    }

    /// <summary>Whether all before an offset is known to have been on the device.</summary>
    private bool IsProven(long offset) =>
        offset <= request.RecoveryPoint || snapshots.Offsets.AsSpan().Contains(offset);

    private IoError Scan(
        LogSegment segment, IFile file, long length, bool isProven, out string? damage, out long end)
    {
        maxTimestamp = -1;
        maxTimestampOffset = segment.BaseOffset;
        lastIndexed = 0;
        NextOffset = Math.Max(NextOffset, segment.BaseOffset);
        IoError error = IoError.None;
        damage = null;
        end = 0;
        using CheckedBatchReader reader = new(file, 0, Math.Min(length, int.MaxValue));
        while (error == IoError.None && reader.MoveNext())
        {
            damage = OutOfPlace(segment, reader.Current, isProven);
            if (damage is not null)
            {
                return IoError.None;
            }

            error = Take(segment, reader);
            end = reader.NextPosition;
        }

        damage = reader.Damage;
        return error == IoError.None ? reader.Error : error;
    }

    /// <summary>Offsets and epochs lie outside of a batch's checksum: they are held against what came before.</summary>
    private string? OutOfPlace(LogSegment segment, RecordBatch batch, bool isProven)
    {
        if (batch.BaseOffset < NextOffset || batch.LastOffset < batch.BaseOffset)
        {
            return $"the batch says offset {batch.BaseOffset} where {NextOffset} is next";
        }

        if (!segment.OffsetIndex.CanHold(batch.LastOffset))
        {
            return $"the batch says offset {batch.LastOffset}, which is beyond its segment";
        }

        if (!isProven && !request.MayHaveGaps && !batch.IsLegacy && batch.BaseOffset != NextOffset)
        {
            return $"the batch says offset {batch.BaseOffset} where {NextOffset} is next, in a log without gaps";
        }

        bool isEpochWrong = !batch.IsLegacy
            && (batch.PartitionLeaderEpoch < -1
                || (batch.PartitionLeaderEpoch >= 0 && batch.PartitionLeaderEpoch < epochs.LatestEpoch));
        return isEpochWrong
            ? $"the batch says epoch {batch.PartitionLeaderEpoch} behind epoch {epochs.LatestEpoch}"
            : null;
    }

    /// <summary>Where a segment that was never synced lost its end, and a later one did not.</summary>
    private string? GapBefore(LogSegment next, bool isProven) =>
        !isProven && !request.MayHaveGaps && next.BaseOffset != NextOffset
            ? $"the log goes on at offset {next.BaseOffset} only: a write was lost"
            : null;

    private IoError Take(LogSegment segment, CheckedBatchReader reader)
    {
        RecordBatch batch = reader.Current;
        if (batch.MaxTimestamp > maxTimestamp)
        {
            maxTimestamp = batch.MaxTimestamp;
            maxTimestampOffset = batch.LastOffset;
        }

        IoError error = IoError.None;
        if (reader.Position - lastIndexed > request.Config.IndexIntervalBytes)
        {
            error = Index(segment, batch.LastOffset, (int)reader.Position);
            lastIndexed = reader.Position;
        }

        if (batch.PartitionLeaderEpoch >= 0)
        {
            epochs.Assign(batch.PartitionLeaderEpoch, batch.BaseOffset);
        }

        NextOffset = batch.NextOffset;
        return error == IoError.None && batch.HasProducerId ? TakeProducer(segment, batch) : error;
    }

    /// <summary>An entry that finds no space is left out: an index is sparse, and look-ups then take longer.</summary>
    private IoError Index(LogSegment segment, long lastOffset, int position)
    {
        if (segment.OffsetIndex.IsFull || segment.TimeIndex.IsFull)
        {
            return IoError.None;
        }

        IoError error = segment.OffsetIndex.Append(lastOffset, position);
        if (error == IoError.None)
        {
            error = segment.TimeIndex.MaybeAppend(maxTimestamp, maxTimestampOffset);
        }

        return error.IsPassing() ? IoError.None : error;
    }

    private IoError TakeProducer(LogSegment segment, RecordBatch batch)
    {
        if (!batch.IsControl)
        {
            producers.Append(PartitionLog.ProducerBatchOf(batch));
            return IoError.None;
        }

        if (!PartitionLog.TryReadMarker(batch, 0, out ProducerMarker marker)
            || !producers.Append(marker, out CompletedTransaction completed)
            || !marker.IsAbort)
        {
            return IoError.None;
        }

        return segment.TransactionIndex.Append(new AbortedTransaction(
            completed.ProducerId,
            completed.FirstOffset,
            completed.LastOffset,
            producers.LastStableOffsetAfter(completed)));
    }

    private static IoError BeginIndexes(LogSegment segment)
    {
        IoError error = segment.OffsetIndex.Reset();
        error = error == IoError.None ? segment.TimeIndex.Reset() : error;
        return error == IoError.None ? segment.TransactionIndex.Reset() : error;
    }

    /// <summary>
    /// The time index ends as that of a segment that was closed does; memory is given back until it is needed.
    /// </summary>
    private IoError EndIndexes(LogSegment segment, int size)
    {
        segment.RecoveredTo(size);
        segment.SetLargestTimestamp(maxTimestamp, maxTimestampOffset);
        IoError error = maxTimestamp >= 0
            ? segment.TimeIndex.MaybeAppend(maxTimestamp, maxTimestampOffset, atRoll: true)
            : IoError.None;
        error = error == IoError.None ? segment.OffsetIndex.Unload() : error;
        error = error == IoError.None ? segment.TimeIndex.Unload() : error;
        return error.IsPassing() ? IoError.None : error;
    }

    private IoError Refuse(LogSegment segment, long position, string damage)
    {
        Corruption = $"{segment.File.Path} is damaged at position {position}, offset {NextOffset}: {damage}. "
            + "The segment was complete and synced, so this is no torn write; nothing was cut off. "
            + "Restore the file, or delete the partition's folder where other replicas have the data";
        return IoError.None;
    }

    private IoError Cut(
        List<LogSegment> segments, int index, IFile file, long length, long position, string damage)
    {
        IoError error = file.Truncate(position);
        error = error == IoError.None ? file.SyncData() : error;
        long bytes = length - position;
        for (int later = segments.Count - 1; later > index && error == IoError.None; later--)
        {
            bytes += segments[later].Size;
            error = segments[later].DeleteFiles();
            segments.RemoveAt(later);
        }

        if (error == IoError.None && segments.Count > 0)
        {
            error = context.FileSystem.SyncDirectory(request.Folder);
        }

        string reason = NextOffset < request.RecoveryPoint
            ? $"{damage} (all before offset {request.RecoveryPoint} was said to be on the device)"
            : damage;
        listener.Cut(new TailCut(request.Partition, segments[index].File.Path, position, NextOffset, bytes, reason));
        return error;
    }
}
