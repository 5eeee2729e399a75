namespace Millrace.Storage;

/// <summary>
/// Where the last batches of the active segment lie: a ring that the log's writer fills and any thread searches without
/// a lock. A reader that is overtaken by the writer notices, and looks into the index instead.
/// </summary>
internal sealed class RecentBatches(long segmentBase)
{
    private const int Capacity = StorageLimits.RecentBatches;

    private readonly Entry[] entries = new Entry[Capacity];

    // Entries whose writing has begun, and those that are complete.
    private long count;
    private long published;

    /// <summary>Adds the batch behind the last one. Writer only.</summary>
    public void Add(long baseOffset, long lastOffset, int position, int size)
    {
        ref Entry entry = ref entries[(int)count & (Capacity - 1)];

        // A reader that meets the place half written finds the count moved on: it is raised before, published is after.
        Volatile.Write(ref count, count + 1);
        Interlocked.MemoryBarrier();
        entry.BaseOffset = (uint)(baseOffset - segmentBase);
        entry.LastOffset = (uint)(lastOffset - segmentBase);
        entry.Position = position;
        entry.Size = size;
        Volatile.Write(ref published, count);
    }

    /// <summary>Finds the batch that holds an offset, or the first one behind it.</summary>
    /// <returns>False where the ring does not tell.</returns>
    public bool TryFind(long offset, out int position, out int size)
    {
        long end = Volatile.Read(ref published);
        long low = Math.Max(0, end - Capacity + 1);
        long first = low;
        long high = end - 1;
        long wanted = offset - segmentBase;
        while (low <= high)
        {
            long middle = (low + high) >>> 1;
            if (entries[(int)middle & (Capacity - 1)].LastOffset < wanted)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        Entry found = entries[(int)low & (Capacity - 1)];
        position = found.Position;
        size = found.Size;
        Interlocked.MemoryBarrier();

        // Below the oldest place nothing is known, unless the offset lies in it; and all places that were looked at
        // must still have been theirs.
        return low < end
            && (low > first || found.BaseOffset <= wanted)
            && Volatile.Read(ref count) - first <= Capacity;
    }

    private struct Entry
    {
        public uint BaseOffset;
        public uint LastOffset;
        public int Position;
        public int Size;
    }
}
