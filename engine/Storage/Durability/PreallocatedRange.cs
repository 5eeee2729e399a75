namespace Millrace.Storage;

/// <summary>
/// How far the space of an active segment is taken ahead of its writer. The writer reports where it is, on the append
/// path, for the price of a comparison; the <see cref="SegmentPreallocator"/>'s thread does the rest.
/// </summary>
public sealed class PreallocatedRange
{
    private readonly SegmentPreallocator preallocator;
    private readonly CachedFile file;
    private readonly long endMax;
    private readonly Lock gate = new();
    private long end;
    private int isQueued;
    private bool isOver;

    /// <param name="preallocator">Takes the space.</param>
    /// <param name="file">The segment's log file.</param>
    /// <param name="position">Where its next batch is written.</param>
    /// <param name="segmentBytes">Where the segment is rolled: no space is taken behind it.</param>
    public PreallocatedRange(SegmentPreallocator preallocator, CachedFile file, long position, long segmentBytes)
    {
        this.preallocator = preallocator;
        this.file = file;
        end = position;
        endMax = segmentBytes;
    }

    /// <summary>Space is taken up to here, or was asked for in vain.</summary>
    public long End => Volatile.Read(ref end);

    /// <summary>
    /// The writer has come to a position. Never waits; asks for more when less than half a step is left.
    /// </summary>
    public void ReportPosition(long position)
    {
        if (position + (preallocator.StepBytes / 2) > Volatile.Read(ref end)
            && Volatile.Read(ref end) < endMax
            && Volatile.Read(ref isQueued) == 0
            && Interlocked.Exchange(ref isQueued, 1) == 0)
        {
            preallocator.Enqueue(this);
        }
    }

    /// <summary>Takes the next step. Preallocator's thread.</summary>
    internal void Extend()
    {
        lock (gate)
        {
            if (isOver)
            {
                return;
            }

            IoError error = file.Pin(out IFile? pinned);
            if (pinned is not null)
            {
                // The writer may have passed the end while this waited: what it has written is not asked for again.
                IoResult length = pinned.Length();
                long from = Math.Max(end, length.Bytes);
                long to = Math.Min(from + preallocator.StepBytes, endMax);
                error = length.Failed ? length.Error : to > from ? pinned.Preallocate(from, to - from) : IoError.None;
                file.Unpin();
                Volatile.Write(ref end, Math.Max(from, to));
            }

            // A full disk, or a file system that cannot: appends go on without, and say themselves what they lack.
            isOver = error != IoError.None;
        }

        if (!isOver)
        {
            Volatile.Write(ref isQueued, 0);
        }
    }

    /// <summary>
    /// Gives back what is taken behind the file's end, on a roll, on a clean stop and on a full disk. Waits for a step
    /// that is under way. Nobody writes to the file meanwhile.
    /// </summary>
    public IoError Release()
    {
        lock (gate)
        {
            isOver = true;
            IoError error = file.Pin(out IFile? pinned);
            if (pinned is null)
            {
                return error;
            }

            // Cutting a file at its own length frees the blocks behind it (ext4 and XFS).
            IoResult length = pinned.Length();
            error = length.Failed ? length.Error : pinned.Truncate(length.Bytes);
            file.Unpin();
            return error;
        }
    }
}
