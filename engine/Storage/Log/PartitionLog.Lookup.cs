using System.Runtime.CompilerServices;

namespace Millrace.Storage;

/// <summary>An offset found by a look-up.</summary>
/// <param name="Timestamp">Of the record, in milliseconds; -1 where it was not asked for, or there is none.</param>
/// <param name="Offset">-1 where nothing was found.</param>
/// <param name="LeaderEpoch">Of the record; -1 where it is not known.</param>
/// <param name="Error">Why the look-up failed.</param>
public readonly record struct OffsetFound(long Timestamp, long Offset, int LeaderEpoch, IoError Error = IoError.None)
{
    /// <summary>Kafka's answer for "no such record".</summary>
    public static OffsetFound None => new(-1, -1, -1);
}

/// <content>Offsets by timestamp and by name. These read the disk: not on a reactor, save the ones by name.</content>
public sealed partial class PartitionLog
{
    /// <summary>The first offset that may be read. Any thread.</summary>
    public OffsetFound FindEarliest()
    {
        // The first epoch usually begins there; it does not where older records without epochs come first.
        long start = LogStartOffset;
        ReadOnlySpan<EpochStart> entries = epochs.Entries;
        return new OffsetFound(-1, start, entries.Length > 0
            && entries[0].StartOffset <= start ? entries[0].Epoch : -1);
    }

    /// <summary>The first offset on this broker's disk: no record has moved to another tier.</summary>
    public OffsetFound FindEarliestLocal() => new(-1, LogStartOffset, epochs.EpochOf(LogStartOffset));

    /// <summary>The end of what a reader may see. Any thread.</summary>
    public OffsetFound FindLatest(ReadBound bound)
    {
        ReadPlan offsets = Offsets();
        long latest = bound switch
        {
            ReadBound.LogEnd => offsets.LogEndOffset,
            ReadBound.HighWatermark => offsets.HighWatermark,
            _ => offsets.LastStableOffset,
        };
        return new OffsetFound(-1, latest, epochs.LatestEpoch);
    }

    /// <summary>
    /// The first record with a timestamp of at least <paramref name="timestamp"/>, from the log's start on.
    /// </summary>
    public OffsetFound FindByTimestamp(long timestamp)
    {
        // The log's start may lie behind the record for which the first segment was chosen: then the next one has it.
        foreach (LogSegment segment in Segments)
        {
            bool mayHold;
            lock (gate)
            {
                mayHold = segment.RetentionTimestamp() >= timestamp;
            }

            OffsetFound found = mayHold ? FindIn(segment, timestamp, LogStartOffset) : OffsetFound.None;
            if (found.Offset >= 0 || found.Error != IoError.None)
            {
                return found;
            }
        }

        return OffsetFound.None;
    }

    private static OffsetFound FindIn(LogSegment segment, long timestamp, long startOffset)
    {
        IoError error = segment.TimeIndex.Lookup(timestamp, out TimeIndexEntry time);
        if (error != IoError.None)
        {
            return OffsetFound.None with { Error = error };
        }

        // An entry that its batch does not bear out is damaged: the walk then begins with the segment.
        long from = segment.TimeEntryHolds(time) ? Math.Max(time.Offset, startOffset) : startOffset;
        error = PositionOf(segment, Math.Max(from, segment.BaseOffset), out int position);
        return error == IoError.None
            ? Search(segment, position, timestamp, startOffset)
            : OffsetFound.None with { Error = error };
    }

    [SkipLocalsInit]
    private static OffsetFound Search(LogSegment segment, int from, long timestamp, long startOffset)
    {
        IoError error = segment.File.Pin(out IFile? file);
        if (file is null)
        {
            return OffsetFound.None with { Error = error };
        }

        OffsetFound found = OffsetFound.None;
        Span<byte> room = stackalloc byte[StorageLimits.HeaderScanBytes];
        BatchScan scan = new(file, from, segment.Size, room);
        while (found.Offset < 0 && found.Error == IoError.None && scan.MoveNext())
        {
            if (scan.Header.MaxTimestamp >= timestamp && scan.Header.LastOffset >= startOffset)
            {
                found = BatchSearch.FirstAtOrAfter(file, scan.Position, scan.Size, timestamp, startOffset);
            }
        }

        segment.File.Unpin();
        return scan.Error == IoError.None ? found : OffsetFound.None with { Error = scan.Error };
    }

    /// <summary>The record with the largest timestamp, the first one of several.</summary>
    /// <remarks>
    /// As in Kafka this goes by whole batches and passes over the log's start: on a log emptied by DeleteRecords it
    /// answers a deleted record, and it can answer a marker (observed).
    /// </remarks>
    public OffsetFound FindMaxTimestamp()
    {
        LogSegment? best = null;
        TimeIndexEntry largest = default;
        lock (gate)
        {
            foreach (LogSegment segment in segments)
            {
                IoError error = segment.LargestTimestamp(out TimeIndexEntry entry);
                if (error != IoError.None)
                {
                    return OffsetFound.None with { Error = error };
                }

                if (best is null || entry.Timestamp > largest.Timestamp)
                {
                    best = segment;
                    largest = entry;
                }
            }
        }

        IoError looked = PositionOf(best!, largest.Offset, out int position);
        if (looked != IoError.None)
        {
            return OffsetFound.None with { Error = looked };
        }

        return largest.Timestamp < 0 ? OffsetFound.None : SearchExact(best!, position, largest.Timestamp);
    }

    [SkipLocalsInit]
    private static OffsetFound SearchExact(LogSegment segment, int from, long timestamp)
    {
        IoError error = segment.File.Pin(out IFile? file);
        if (file is null)
        {
            return OffsetFound.None with { Error = error };
        }

        OffsetFound found = OffsetFound.None;
        Span<byte> room = stackalloc byte[StorageLimits.HeaderScanBytes];
        BatchScan scan = new(file, from, segment.Size, room);
        while (found.Offset < 0 && found.Error == IoError.None && scan.MoveNext())
        {
            if (scan.Header.MaxTimestamp == timestamp)
            {
                found = BatchSearch.FirstAtOrAfter(file, scan.Position, scan.Size, timestamp, 0);
            }
        }

        segment.File.Unpin();
        return scan.Error == IoError.None ? found : OffsetFound.None with { Error = scan.Error };
    }
}
