using System.Buffers.Binary;

namespace Millrace.Storage;

/// <summary>
/// One state of an index in memory. Readers take it by one reference and find everything in it consistent for as long
/// as it is the index's view; the writer appends to its tail, publishing by the count, and puts another view in its
/// place for anything else. Two pages' memory takes turns as the tail: what was read under a view that has been
/// replaced may be of another page by now.
/// </summary>
internal sealed class IndexView
{
    private const int TailEntriesMin = 16;

    private readonly int entryBytes;
    private readonly CachedPage?[] pages;

    // The page before the tail, cached too: the tail after this one.
    private readonly byte[]? spare;

    internal IndexView(int entryBytes)
        : this(entryBytes, [], 0, [], new CachedPage?[StorageLimits.IndexPagesCached], spare: null)
    {
    }

    private IndexView(
        int entryBytes, byte[] outline, int fullPages, byte[] tail, CachedPage?[] pages, byte[]? spare)
    {
        this.entryBytes = entryBytes;
        this.pages = pages;
        this.spare = spare;
        Outline = outline;
        FullPages = fullPages;
        Tail = tail;
    }

    /// <summary>The first entry of each full page; there may be room behind them.</summary>
    internal byte[] Outline { get; }

    /// <summary>Pages before the tail, each full and in the file.</summary>
    internal int FullPages { get; }

    /// <summary>The last page, not all of it used.</summary>
    internal byte[] Tail { get; }

    /// <summary>Entries in the tail: read and written with Volatile, published after the bytes.</summary>
    internal int TailCount;

    /// <summary>First column of the last entry, as of when the view was made.</summary>
    internal long LastKey { get; private set; }

    /// <summary>Second column of the last entry, as of when the view was made.</summary>
    internal int LastValue { get; private set; }

    /// <summary>A column of an entry: the first is 4 or 8 bytes wide, the second has the last 4 bytes.</summary>
    internal long Column(ReadOnlySpan<byte> bytes, int place, bool second)
    {
        int start = place * entryBytes;
        if (second)
        {
            return BinaryPrimitives.ReadInt32BigEndian(bytes[(start + entryBytes - sizeof(int))..]);
        }

        return entryBytes == 2 * sizeof(int)
            ? BinaryPrimitives.ReadInt32BigEndian(bytes[start..])
            : BinaryPrimitives.ReadInt64BigEndian(bytes[start..]);
    }

    /// <summary>
    /// The last of the first <paramref name="count"/> entries whose column is at most the target, or -1.
    /// </summary>
    internal int Search(ReadOnlySpan<byte> bytes, int count, long target, bool bySecond)
    {
        int low = 0;
        int high = count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (Column(bytes, middle, bySecond) <= target)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    /// <summary>Appends to the tail, which has room.</summary>
    internal void Append(long key, int value)
    {
        Span<byte> entry = Tail.AsSpan(TailCount * entryBytes, entryBytes);
        if (entryBytes == 2 * sizeof(int))
        {
            BinaryPrimitives.WriteInt32BigEndian(entry, checked((int)key));
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(entry, key);
        }

        BinaryPrimitives.WriteInt32BigEndian(entry[^sizeof(int)..], value);
        Volatile.Write(ref TailCount, TailCount + 1);
    }

    /// <summary>The same entries with more room behind them. An idle partition keeps a short tail.</summary>
    internal IndexView WithLongerTail(int entriesPerPage)
    {
        int entries = Math.Clamp(TailCount * 2, TailEntriesMin, entriesPerPage);
        byte[] longer = new byte[entries * entryBytes];
        Tail.CopyTo(longer, 0);
        return new IndexView(entryBytes, Outline, FullPages, longer, pages, spare) { TailCount = TailCount };
    }

    /// <summary>The same entries with the full tail, which is in the file, as a page among the others.</summary>
    internal IndexView WithTailAsPage()
    {
        byte[] outline = Outline;
        int start = FullPages * entryBytes;
        if (start == outline.Length)
        {
            Array.Resize(ref outline, Math.Max(2 * start, TailEntriesMin * entryBytes));
        }

        // Older views look at fewer pages than this place: nobody reads it yet.
        Tail.AsSpan(0, entryBytes).CopyTo(outline.AsSpan(start));
        if (spare is not null)
        {
            Drop(FullPages - 1, spare);
        }

        Keep(FullPages, Tail);
        byte[] next = spare ?? new byte[TailEntriesMin * entryBytes];
        return new IndexView(entryBytes, outline, FullPages + 1, next, pages, spare: Tail);
    }

    /// <summary>
    /// The first <paramref name="fullPages"/> pages, and <paramref name="tail"/> behind them; nothing cached.
    /// </summary>
    internal IndexView Shortened(int fullPages, ReadOnlySpan<byte> tail)
    {
        IndexView shorter = new(
            entryBytes,
            Outline.AsSpan(0, fullPages * entryBytes).ToArray(),
            fullPages,
            tail.ToArray(),
            new CachedPage?[StorageLimits.IndexPagesCached],
            spare: null)
        {
            TailCount = tail.Length / entryBytes,
        };
        if (!tail.IsEmpty)
        {
            shorter.SetLast(tail[^entryBytes..]);
        }

        return shorter;
    }

    internal void SetLast(ReadOnlySpan<byte> entry)
    {
        LastKey = Column(entry, 0, second: false);
        LastValue = (int)Column(entry, 0, second: true);
    }

    /// <summary>A page lately read, or null.</summary>
    internal byte[]? Cached(int page)
    {
        CachedPage? kept = Volatile.Read(ref pages[page % pages.Length]);
        return kept is not null && kept.Page == page ? kept.Bytes : null;
    }

    internal void Keep(int page, byte[] bytes) =>
        Volatile.Write(ref pages[page % pages.Length], new CachedPage(page, bytes));

    /// <summary>Forgets a page whose memory is used anew.</summary>
    private void Drop(int page, byte[] bytes)
    {
        ref CachedPage? slot = ref pages[page % pages.Length];
        if (Volatile.Read(ref slot)?.Bytes == bytes)
        {
            Volatile.Write(ref slot, null);
        }
    }

    /// <summary>Makes the view of a file that is being read in order.</summary>
    internal static IndexView Loaded(
        int entryBytes, byte[] outline, int fullPages, ReadOnlySpan<byte> tail, long lastKey, int lastValue)
    {
        IndexView loaded = new(
            entryBytes,
            outline,
            fullPages,
            tail.ToArray(),
            new CachedPage?[StorageLimits.IndexPagesCached],
            spare: null)
        {
            TailCount = tail.Length / entryBytes,
            LastKey = lastKey,
            LastValue = lastValue,
        };
        return loaded;
    }

    private sealed record CachedPage(int Page, byte[] Bytes);
}
