using System.Runtime.CompilerServices;

namespace Millrace.Storage;

/// <summary>Makes the offset and time index of a segment again from its batches.</summary>
internal static class SegmentRebuild
{
    /// <summary>
    /// Rebuilds both indexes of a segment whose batches are sound. Under the log's lock, or before the log is in use.
    /// </summary>
    [SkipLocalsInit]
    public static IoError Indexes(LogSegment segment, int indexIntervalBytes)
    {
        IoError error = segment.OffsetIndex.Reset();
        if (error == IoError.None)
        {
            error = segment.TimeIndex.Reset();
        }

        IFile? file = null;
        if (error == IoError.None)
        {
            error = segment.File.Pin(out file);
        }

        if (file is null)
        {
            return error;
        }

        Span<byte> room = stackalloc byte[StorageLimits.HeaderScanBytes];
        BatchScan scan = new(file, 0, segment.Size, room);
        long maxTimestamp = -1;
        long maxTimestampOffset = segment.BaseOffset;
        int lastIndexed = 0;
        while (error == IoError.None && scan.MoveNext())
        {
            if (scan.Header.MaxTimestamp > maxTimestamp)
            {
                maxTimestamp = scan.Header.MaxTimestamp;
                maxTimestampOffset = scan.Header.LastOffset;
            }

            if (scan.Position - lastIndexed > indexIntervalBytes
                && !segment.OffsetIndex.IsFull && !segment.TimeIndex.IsFull)
            {
                error = segment.OffsetIndex.Append(scan.Header.LastOffset, scan.Position);
                error = error == IoError.None ? segment.TimeIndex.MaybeAppend(maxTimestamp, maxTimestampOffset) : error;
                lastIndexed = scan.Position;
            }
        }

        segment.File.Unpin();
        segment.SetLargestTimestamp(maxTimestamp, maxTimestampOffset);
        return error == IoError.None ? scan.Error : error;
    }
}
