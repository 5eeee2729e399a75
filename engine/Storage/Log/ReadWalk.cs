namespace Millrace.Storage;

/// <summary>
/// One read's way through the segments, from an offset up to a bound. Lives on the stack of the read.
/// </summary>
internal ref struct ReadWalk
{
    private readonly ReadOnlySpan<LogSegment> segments;
    private readonly LogSegment endSegment;
    private readonly int endPosition;
    private readonly long offset;
    private readonly long bound;
    private readonly bool boundIsEnd;
    private readonly bool mayWait;
    private int firstSegment;
    private int lastSegment;
    private int lastPosition;

    /// <param name="offset">Where to begin: below the bound.</param>
    /// <param name="bound">The first offset that may not be seen.</param>
    /// <param name="endOffset">The log's end.</param>
    /// <param name="endSegment">The active segment at the time of that end.</param>
    /// <param name="endPosition">Its bytes at that time.</param>
    /// <param name="segments">The log's segments; some may have been added, or deleted, since the end was
    /// taken.</param>
    /// <param name="mayWait">Whether the disk may be waited for; else <see cref="IoError.WouldWait"/>.</param>
    public ReadWalk(
        long offset,
        long bound,
        long endOffset,
        LogSegment endSegment,
        int endPosition,
        ReadOnlySpan<LogSegment> segments,
        bool mayWait)
    {
        this.offset = offset;
        this.bound = bound;
        this.endSegment = endSegment;
        this.endPosition = endPosition;
        this.segments = segments;
        this.mayWait = mayWait;
        boundIsEnd = bound >= endOffset;
    }

    /// <summary>Places filled.</summary>
    public int RangeCount { get; private set; }

    /// <summary>Bytes of all of them.</summary>
    public int Bytes { get; private set; }

    /// <summary>The first batch is cut off by the bytes asked for.</summary>
    public bool FirstBatchIncomplete { get; private set; }

    /// <summary>Where it went wrong.</summary>
    public LogSegment? Failed { get; private set; }

    /// <summary>Fills in ranges until the bytes, the places or the readable segments are used up.</summary>
    public IoError Fill(int maxBytes, bool minOneBatch, Span<FileRange> target)
    {
        int left = maxBytes;
        for (int index = Floor(offset); index < segments.Length && RangeCount < target.Length; index++)
        {
            LogSegment segment = segments[index];
            if (segment.BaseOffset >= bound)
            {
                break;
            }

            IoError error = Take(segment, index, left, minOneBatch
                && RangeCount == 0, ref target[RangeCount], out bool goesOn);
            if (error != IoError.None)
            {
                Failed = segment;
                return error;
            }

            left = maxBytes - Bytes;
            if (!goesOn || left <= 0)
            {
                break;
            }
        }

        return IoError.None;
    }

    /// <summary>The last segment that begins at or before an offset; the first one where none does.</summary>
    private readonly int Floor(long wanted)
    {
        int low = 0;
        int high = segments.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            if (segments[middle].BaseOffset <= wanted)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private IoError Take(
        LogSegment segment, int index, int maxBytes, bool wholeFirst, ref FileRange place, out bool goesOn)
    {
        goesOn = false;
        IoError error = segment.File.Pin(out IFile? file, mayWait);
        if (file is null)
        {
            return error;
        }

        error = Limit(segment, index, file, out int limit);
        int start = 0;
        int size = limit;
        if (error == IoError.None && RangeCount == 0)
        {
            error = segment.Find(file, offset, limit, out start, out size, mayWait);
        }

        int wanted = wholeFirst ? Math.Max(maxBytes, size) : maxBytes;
        int length = error == IoError.None && size > 0 ? Math.Min(limit - start, wanted) : 0;
        if (length <= 0)
        {
            segment.File.Unpin();

            // Compaction leaves gaps: an offset behind the last batch of a segment is looked for in the next one.
            goesOn = segment != endSegment && size == 0;
            return error;
        }

        if (RangeCount == 0)
        {
            firstSegment = index;
            FirstBatchIncomplete = wanted < size;
        }

        place = new FileRange(segment.File, file, start, length);
        RangeCount++;
        Bytes += length;
        lastSegment = index;
        lastPosition = start + length;
        goesOn = segment != endSegment && start + length == limit && limit == segment.Size;
        return IoError.None;
    }

    /// <summary>How much of a segment may be seen.</summary>
    private readonly IoError Limit(LogSegment segment, int index, IFile file, out int limit)
    {
        limit = segment == endSegment ? endPosition : segment.Size;
        bool boundIsHere = !boundIsEnd
            && (index == segments.Length - 1 || segments[index + 1].BaseOffset > bound);
        if (!boundIsHere)
        {
            return IoError.None;
        }

        IoError error = segment.Find(file, bound, limit, out int position, out _, mayWait);
        limit = error == IoError.None ? position : 0;
        return error;
    }

    /// <summary>Adds the aborted transactions that touch the ranges.</summary>
    public IoError CollectAborted(List<AbortedTransaction> aborted)
    {
        long upper = bound;
        if (segments[lastSegment].OffsetIndex.TryFindUpperBound(
            lastPosition, out OffsetIndexEntry entry, mayWait))
        {
            upper = Math.Min(upper, entry.Offset);
        }
        else if (lastSegment + 1 < segments.Length)
        {
            upper = Math.Min(upper, segments[lastSegment + 1].BaseOffset);
        }

        for (int index = firstSegment; index < segments.Length; index++)
        {
            TransactionIndex transactions = segments[index].TransactionIndex;
            IoError error = mayWait || transactions.IsLoaded ? transactions.LoadSound() : IoError.WouldWait;
            if (error != IoError.None)
            {
                Failed = segments[index];
                return error;
            }

            if (transactions.Collect(offset, upper, aborted))
            {
                break;
            }
        }

        return IoError.None;
    }

    /// <summary>Gives back what was filled in.</summary>
    public readonly void ReleaseAll(Span<FileRange> target)
    {
        for (int index = 0; index < RangeCount; index++)
        {
            target[index].Release();
        }
    }
}
