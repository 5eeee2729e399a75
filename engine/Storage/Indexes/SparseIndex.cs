using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// What offset and time indexes have in common: a file of entries of one size, two columns of rising big-endian
/// numbers, that is read lazily, kept in memory only in outline, and appended to in memory first.
/// </summary>
/// <remarks>
/// One writer, the owner of the log, appends, flushes, truncates and resets; any thread looks up, without a lock. In
/// memory are the first entry of every page, a few pages lately read, and the page being appended to, of which
/// <see cref="Flush"/> writes the rest. A crash may lose what was not flushed: an index is made from its log again,
/// never the other way. The file is checked as a whole when it is first read (entries rise, nothing behind the zeros
/// that Kafka preallocates). There is no checksum: who looks up holds the batch that an entry leads to against the
/// entry before believing it.
/// </remarks>
public abstract class SparseIndex
{
    private readonly int entryBytes;
    private readonly int entriesPerPage;
    private readonly CachedFile file;
    private readonly Lock loadGate = new();

    private IndexView? view;

    // Of the tail's entries, how many are in the file. Writer only.
    private int tailFlushed;

    private protected SparseIndex(CachedFile file, int entryBytes, long baseOffset, int bytesMax)
    {
        this.file = file;
        this.entryBytes = entryBytes;
        entriesPerPage = StorageLimits.IndexPageBytes / entryBytes;
        BaseOffset = baseOffset;
        EntriesMax = bytesMax / entryBytes;
    }

    /// <summary>Base offset of the segment; entries hold their offsets relative to it.</summary>
    public long BaseOffset { get; }

    /// <summary>Entries that fit into <c>segment.index.bytes</c>.</summary>
    public int EntriesMax { get; }

    /// <summary>The file. It is pinned during calls only.</summary>
    public CachedFile File => file;

    /// <summary>Whether the outline is in memory, so that a call does not read the whole file first.</summary>
    public bool IsLoaded => Volatile.Read(ref view) is not null;

    /// <summary>
    /// What is wrong with the file; null where nothing is, or where it was not read yet. <see cref="Reset"/> clears it.
    /// </summary>
    public string? Damage { get; private set; }

    /// <summary>Entries. 0 where the file was not loaded or is damaged.</summary>
    public int Count
    {
        get
        {
            IndexView? current = Volatile.Read(ref view);
            return current is null ? 0 : (current.FullPages * entriesPerPage) + Volatile.Read(ref current.TailCount);
        }
    }

    /// <summary>First column of the last entry. Writer only; valid while there are entries.</summary>
    private protected long LastKey { get; private set; }

    /// <summary>Second column of the last entry. Writer only; valid while there are entries.</summary>
    private protected int LastValue { get; private set; }

    /// <summary>Whether the second entry may follow the first.</summary>
    private protected abstract bool Follows(long previousKey, int previousValue, long key, int value);

    /// <summary>Reads and checks the file where that was not done yet.</summary>
    /// <returns>
    /// Why it could not be read. Damage is no error here: the index then is empty, every look-up answers the segment's
    /// start, and <see cref="Damage"/> says why.
    /// </returns>
    public IoError Load()
    {
        if (IsLoaded)
        {
            return IoError.None;
        }

        lock (loadGate)
        {
            if (IsLoaded)
            {
                return IoError.None;
            }

            IoError error = file.Pin(out IFile? pinned);
            if (pinned is null)
            {
                return error;
            }

            IndexLoader loader = new(this, entryBytes, entriesPerPage);
            error = loader.Read(pinned);
            file.Unpin();
            if (error == IoError.None)
            {
                Damage = loader.Damage;
                Publish(loader.View, flushed: loader.View.TailCount);
            }

            return error;
        }
    }

    internal bool EntryFollows(long previousKey, int previousValue, long key, int value) =>
        value >= 0 && key >= 0 && Follows(previousKey, previousValue, key, value);

    private void Publish(IndexView loaded, int flushed)
    {
        tailFlushed = flushed;
        LastKey = loaded.LastKey;
        LastValue = loaded.LastValue;
        Volatile.Write(ref view, loaded);
    }

    /// <summary>
    /// Makes the index empty, and its file too; makes the file where it is missing. Begins a rebuild.
    /// </summary>
    public IoError Reset()
    {
        lock (loadGate)
        {
            IoError error = file.Empty();
            if (error == IoError.None)
            {
                Damage = null;
                Publish(new IndexView(entryBytes), flushed: 0);
            }

            return error;
        }
    }

    /// <summary>
    /// Begins the index of a new segment: empty, without a file until the first flush. No other thread knows it yet.
    /// </summary>
    internal void BeginEmpty()
    {
        Damage = null;
        Publish(new IndexView(entryBytes), flushed: 0);
    }

    /// <summary>
    /// Writes what is only in memory, cuts off what lies behind the entries, and forgets the outline.
    /// </summary>
    public IoError Unload()
    {
        IoError error = IsLoaded && Damage is null ? TrimToEntries() : IoError.None;
        if (error == IoError.None)
        {
            Volatile.Write(ref view, null);
        }

        return error;
    }

    /// <summary>
    /// Writes the entries that are only in memory. They are on the device after a sync of <see cref="File"/>.
    /// </summary>
    public IoError Flush()
    {
        IndexView? current = view;
        if (current is null || tailFlushed == current.TailCount)
        {
            return IoError.None;
        }

        IoError error = file.Pin(out IFile? pinned);
        if (pinned is null)
        {
            return error;
        }

        error = FlushTail(current, pinned);
        file.Unpin();
        return error;
    }

    private IoError FlushTail(IndexView current, IFile pinned)
    {
        int from = tailFlushed * entryBytes;
        long position = ((long)current.FullPages * entriesPerPage * entryBytes) + from;
        IoResult written = pinned.Write(position, current.Tail.AsSpan(from, (current.TailCount * entryBytes) - from));
        if (!written.Failed)
        {
            tailFlushed = current.TailCount;
        }

        return written.Error;
    }

    /// <summary>Flushes, then brings the entries to the device: on a roll and on a clean stop.</summary>
    public IoError Sync()
    {
        IoError error = Flush();
        if (error != IoError.None)
        {
            return error;
        }

        error = file.Pin(out IFile? pinned);
        if (pinned is not null)
        {
            error = pinned.SyncData();
            file.Unpin();
        }

        return error;
    }

    /// <summary>Flushes, then makes the file end behind its last entry: Kafka preallocates zeros there.</summary>
    public IoError TrimToEntries()
    {
        IoError error = Flush();
        if (error != IoError.None)
        {
            return error;
        }

        error = file.Pin(out IFile? pinned);
        if (pinned is not null)
        {
            IoResult length = pinned.Length();
            long wanted = (long)Count * entryBytes;
            error = length.Failed || length.Bytes == wanted ? length.Error : pinned.Truncate(wanted);
            file.Unpin();
        }

        return error;
    }

    /// <summary>Appends an entry in memory. A full page is written first; if that fails nothing has changed.</summary>
    private protected IoError AppendEntry(long key, int value)
    {
        IndexView? current = view;
        Invariant.That(current is not null && Damage is null, "An index is loaded and sound before it is appended to.");
        if (current.TailCount == entriesPerPage)
        {
            IoError error = Flush();
            if (error != IoError.None)
            {
                return error;
            }

            current = current.WithTailAsPage();
            tailFlushed = 0;
            Volatile.Write(ref view, current);
        }
        else if (current.TailCount * entryBytes == current.Tail.Length)
        {
            current = current.WithLongerTail(entriesPerPage);
            Volatile.Write(ref view, current);
        }

        current.Append(key, value);
        LastKey = key;
        LastValue = value;
        return IoError.None;
    }

    /// <summary>Keeps the first <paramref name="count"/> entries.</summary>
    private protected IoError TruncateToCount(int count)
    {
        IndexView? current = view;
        Invariant.That(current is not null && Damage is null, "An index is loaded and sound before it is truncated.");
        if (count >= Count)
        {
            return IoError.None;
        }

        int pages = count / entriesPerPage;
        int left = count % entriesPerPage;
        IoError error = ReadPage(current, pages, out byte[]? page);
        if (page is null)
        {
            return error == IoError.None ? IoError.Other : error;
        }

        error = file.Pin(out IFile? pinned);
        if (pinned is null)
        {
            return error;
        }

        // What of the kept entries was only in memory is flushed by the next call: the file is cut, never grown here.
        int inFile = pages == current.FullPages ? Math.Min(left, tailFlushed) : left;
        error = pinned.Truncate(((long)pages * entriesPerPage * entryBytes) + ((long)inFile * entryBytes));
        file.Unpin();
        if (error != IoError.None)
        {
            return error;
        }

        IndexView shorter = current.Shortened(pages, page.AsSpan(0, left * entryBytes));
        if (left == 0 && pages > 0)
        {
            error = ReadPage(current, pages - 1, out byte[]? before);
            if (before is null)
            {
                return error == IoError.None ? IoError.Other : error;
            }

            shorter.SetLast(before.AsSpan((entriesPerPage - 1) * entryBytes));
        }

        Publish(shorter, inFile);
        return IoError.None;
    }

    /// <summary>
    /// The last entry whose first column (or second, <paramref name="bySecond"/>) is at most <paramref name="target"/>.
    /// </summary>
    /// <param name="target">What to look for.</param>
    /// <param name="bySecond">In which column.</param>
    /// <param name="place">The entry's place, -1 where there is none.</param>
    /// <param name="mayWait">Whether the disk may be waited for; else <see cref="IoError.WouldWait"/>.</param>
    private protected IoError FindLast(long target, bool bySecond, out int place, bool mayWait = true)
    {
        IndexView? current;
        IoError error;
        do
        {
            place = -1;
            error = mayWait || IsLoaded ? Load() : IoError.WouldWait;
            current = Volatile.Read(ref view);
            if (current is not null)
            {
                error = FindLast(current, target, bySecond, mayWait, out place);
            }
        }
        while (!IsStill(current));
        return error;
    }

    private IoError FindLast(IndexView current, long target, bool bySecond, bool mayWait, out int place)
    {
        place = -1;
        int tailCount = Volatile.Read(ref current.TailCount);
        if (tailCount > 0 && current.Column(current.Tail, 0, bySecond) <= target)
        {
            place = (current.FullPages * entriesPerPage) + current.Search(current.Tail, tailCount, target, bySecond);
            return IoError.None;
        }

        int page = current.Search(current.Outline, current.FullPages, target, bySecond);
        if (page < 0)
        {
            return IoError.None;
        }

        IoError error = ReadPage(current, page, out byte[]? bytes, mayWait);
        if (bytes is not null)
        {
            place = (page * entriesPerPage) + current.Search(bytes, entriesPerPage, target, bySecond);
        }

        return error;
    }

    /// <summary>Reads the entry at a place.</summary>
    /// <returns>False where there is none, or where the file could not be read.</returns>
    private protected bool TryReadEntry(int place, out long key, out int value, bool mayWait = true)
    {
        bool isThere;
        IndexView? current;
        do
        {
            key = 0;
            value = 0;
            current = Volatile.Read(ref view);
            isThere = current is not null && place >= 0
                && TryReadEntry(current, place, mayWait, out key, out value);
        }
        while (!IsStill(current));
        return isThere;
    }

    private bool TryReadEntry(IndexView current, int place, bool mayWait, out long key, out int value)
    {
        key = 0;
        value = 0;
        int page = place / entriesPerPage;
        int within = place % entriesPerPage;
        if (page > current.FullPages || (page == current.FullPages && within >= Volatile.Read(ref current.TailCount)))
        {
            return false;
        }

        _ = ReadPage(current, page, out byte[]? bytes, mayWait);
        if (bytes is null)
        {
            return false;
        }

        key = current.Column(bytes, within, second: false);
        value = (int)current.Column(bytes, within, second: true);
        return true;
    }

    /// <summary>
    /// Whether what was read out of a view's memory holds: the memory of pages is used anew once the view is replaced.
    /// </summary>
    private bool IsStill(IndexView? current)
    {
        // What was read stays before this look.
        Interlocked.MemoryBarrier();
        return ReferenceEquals(Volatile.Read(ref view), current);
    }

    /// <summary>
    /// A page's bytes, from memory or the file; null also where a truncation has just taken the page away.
    /// </summary>
    private IoError ReadPage(IndexView current, int page, out byte[]? bytes, bool mayWait = true)
    {
        bytes = page == current.FullPages ? current.Tail : current.Cached(page);
        if (bytes is not null)
        {
            return IoError.None;
        }

        IoError error = file.Pin(out IFile? pinned, mayWait);
        if (pinned is null)
        {
            return error;
        }

        byte[] fresh = new byte[entriesPerPage * entryBytes];
        long position = (long)page * fresh.Length;
        IoResult read = mayWait ? pinned.Read(position, fresh) : pinned.ReadCached(position, fresh);
        file.Unpin();
        if (!read.Failed && read.Bytes == fresh.Length)
        {
            bytes = fresh;
            current.Keep(page, fresh);
        }

        return read.Error;
    }
}
