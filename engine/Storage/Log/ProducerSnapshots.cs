namespace Millrace.Storage;

/// <summary>
/// The producer snapshots in a partition's folder: which there are, the newest that can be used, and making and
/// deleting them. Thread-safe. Whoever writes or deletes may wait for the disk, so that is a job of the directory's
/// worker.
/// </summary>
public sealed class ProducerSnapshots
{
    private readonly LogDirectoryContext context;
    private readonly Lock gate = new();
    private readonly SortedSet<long> offsets;
    private string folder;

    /// <param name="context">What the logs of the directory share.</param>
    /// <param name="folder">The partition's folder.</param>
    /// <param name="offsets">The offsets that snapshots in it are named by.</param>
    public ProducerSnapshots(LogDirectoryContext context, string folder, IEnumerable<long> offsets)
    {
        this.context = context;
        this.folder = folder;
        this.offsets = [.. offsets];
    }

    /// <summary>The offsets of all snapshots, rising.</summary>
    public long[] Offsets
    {
        get
        {
            lock (gate)
            {
                return [.. offsets];
            }
        }
    }

    /// <summary>Writes a snapshot, synced.</summary>
    internal IoError Write(long offset, ReadOnlySpan<ProducerSnapshotEntry> entries)
    {
        IoError error = context.Writer.Write(PathOf(offset), ProducerSnapshot.Format(entries));
        if (error == IoError.None)
        {
            lock (gate)
            {
                offsets.Add(offset);
            }
        }

        return error;
    }

    /// <summary>
    /// The newest snapshot that is at most of <paramref name="offsetMax"/> and sound; damaged ones are deleted on the
    /// way.
    /// </summary>
    /// <param name="offset">What the state is of; -1 where there is no snapshot, and the state begins empty.</param>
    public ProducerSnapshotEntry[] LoadNewest(long offsetMax, out long offset)
    {
        while (TryNewest(offsetMax, out offset))
        {
            SmallFileRead<ProducerSnapshotEntry[]> read = ProducerSnapshot.Read(context.FileSystem, PathOf(offset));
            if (read.IsGood)
            {
                return read.Value;
            }

            Delete(offset);
        }

        offset = -1;
        return [];
    }

    private bool TryNewest(long offsetMax, out long offset)
    {
        lock (gate)
        {
            offset = -1;
            foreach (long candidate in offsets)
            {
                if (candidate <= offsetMax)
                {
                    offset = candidate;
                }
            }

            return offset >= 0;
        }
    }

    /// <summary>Deletes one snapshot, where there is such.</summary>
    internal void Delete(long offset)
    {
        string path;
        lock (gate)
        {
            if (!offsets.Remove(offset))
            {
                return;
            }

            path = PathOf(offset);
        }

        // One that stays behind is a stray to the next load, and its bytes are still true.
        _ = context.FileSystem.Delete(path);
    }

    /// <summary>Deletes the snapshots behind an offset: the log was cut there.</summary>
    internal void DeleteBehind(long offset)
    {
        foreach (long candidate in Offsets)
        {
            if (candidate > offset)
            {
                Delete(candidate);
            }
        }
    }

    /// <summary>
    /// Deletes the snapshots before an offset: their segments are gone, so that nothing can be replayed on them.
    /// </summary>
    internal void DeleteBefore(long offset)
    {
        foreach (long candidate in Offsets)
        {
            if (candidate < offset)
            {
                Delete(candidate);
            }
        }
    }

    internal void MovedTo(string newFolder)
    {
        lock (gate)
        {
            folder = newFolder;
        }
    }

    private string PathOf(long offset) =>
        Path.Join(folder, new SegmentFileName(offset, SegmentFileKind.ProducerSnapshot).ToString());
}
