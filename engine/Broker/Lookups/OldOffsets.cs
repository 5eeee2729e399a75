using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// The look-up of ListOffsets 0: where the segments begin, the newest one first, up to a time. Kafka 4 has dropped it;
/// tools that are still in distributions ask it.
/// </summary>
internal static class OldOffsets
{
    /// <param name="log">The partition's log.</param>
    /// <param name="timestamp">Latest, earliest, or milliseconds: only segments that are not younger.</param>
    /// <param name="countMax">How many offsets at most.</param>
    /// <param name="isConsumer">Whether nothing behind the high watermark is told.</param>
    public static long[] Before(PartitionLog log, long timestamp, int countMax, bool isConsumer)
    {
        ReadPlan offsets = log.Offsets();
        ReadOnlySpan<LogSegment> segments = log.Segments;
        List<long> places = [];
        foreach (LogSegment segment in segments)
        {
            places.Add(Math.Max(segment.BaseOffset, offsets.LogStartOffset));
        }

        // The end of a log with records counts as a place of its own, younger than all times.
        if (segments[^1].Size > 0)
        {
            places.Add(offsets.LogEndOffset);
        }

        int newest = timestamp switch
        {
            LookUpTimestamps.Latest => places.Count - 1,
            LookUpTimestamps.Earliest => 0,
            _ => LastWrittenBefore(log, segments, timestamp),
        };
        int count = Math.Clamp(countMax, 0, newest + 1);
        long[] found = new long[count];
        for (int index = 0; index < count; index++)
        {
            found[index] = places[newest - index];
        }

        Array.Sort(found, static (left, right) => right.CompareTo(left));
        return isConsumer ? UpTo(offsets.HighWatermark, found) : found;
    }

    /// <summary>The last segment that ends before the first record of that time; -1 where none does.</summary>
    private static int LastWrittenBefore(PartitionLog log, ReadOnlySpan<LogSegment> segments, long timestamp)
    {
        long found = log.FindByTimestamp(timestamp).Offset;
        int last = segments.Length - 1;
        while (found >= 0 && last >= 0 && (last == segments.Length - 1 || segments[last + 1].BaseOffset > found))
        {
            last--;
        }

        return last;
    }

    private static long[] UpTo(long highWatermark, long[] descending)
    {
        long[] below = Array.FindAll(descending, offset => offset <= highWatermark);
        return below.Length == descending.Length ? descending : [highWatermark, .. below];
    }
}
