using System.Globalization;
using Millrace.Base;

namespace Millrace.Storage;

/// <summary>A transaction that was aborted.</summary>
/// <param name="ProducerId">Who aborted it.</param>
/// <param name="FirstOffset">Its first record; it may lie in an earlier segment.</param>
/// <param name="LastOffset">Its marker.</param>
/// <param name="LastStableOffset">The partition's last stable offset once the marker was written.</param>
public readonly record struct AbortedTransaction(
    long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset);

/// <summary>
/// Owns the format of a segment's <c>.txnindex</c>, version 0: 34 bytes for each transaction whose abort marker the
/// segment holds, in the order of the markers. The file is missing where there are none. One writer; any thread reads.
/// </summary>
/// <remarks>
/// There is no checksum. An entry is sound where the segment has an abort marker of that producer at its last offset;
/// <see cref="TransactionIndexCheck"/> holds the file against the log whenever it is opened.
/// </remarks>
public sealed class TransactionIndex(CachedFile file, long baseOffset)
{
    /// <summary>Size of an entry, in bytes.</summary>
    public const int EntryBytes = 34;

    private const short Version = 0;

    private readonly Lock loadGate = new();

    // Replaced as a whole on every change: aborts are rare, and readers need no lock.
    private AbortedTransaction[]? entries;

    /// <summary>The file. It is pinned during calls only.</summary>
    public CachedFile File => file;

    /// <summary>
    /// What is wrong with the file; null where nothing is, or where it was not read yet. <see cref="Reset"/> clears it.
    /// </summary>
    public string? Damage { get; private set; }

    /// <summary>The entries; empty where the file was not loaded, is missing or is damaged.</summary>
    public ReadOnlySpan<AbortedTransaction> Entries => Volatile.Read(ref entries);

    /// <summary>Whether the entries are in memory, so that a call does not read the file first.</summary>
    public bool IsLoaded => Volatile.Read(ref entries) is not null;

    /// <summary>Reads and checks the file where that was not done yet. A missing file is an empty one.</summary>
    public IoError Load()
    {
        lock (loadGate)
        {
            if (entries is not null)
            {
                return IoError.None;
            }

            IoError error = SmallFile.ReadBytes(file.FileSystem, file.Path, out byte[] bytes);
            if (error is not (IoError.None or IoError.NotFound))
            {
                return error;
            }

            Damage = Parse(bytes, baseOffset, out AbortedTransaction[] parsed);
            Volatile.Write(ref entries, Damage is null ? parsed : []);
            return IoError.None;
        }
    }

    /// <summary>As <see cref="Load"/>, for whoever cannot go on without the entries.</summary>
    /// <returns><see cref="IoError.Damaged"/> where the file has gone bad since the log was opened.</returns>
    public IoError LoadSound()
    {
        IoError error = Load();
        return error == IoError.None && Damage is not null ? IoError.Damaged : error;
    }

    /// <summary>Parses a file's bytes.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Parse(ReadOnlySpan<byte> bytes, long baseOffset, out AbortedTransaction[] parsed)
    {
        parsed = [];
        if (bytes.Length % EntryBytes != 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"{bytes.Length} bytes are no whole entries of {EntryBytes}");
        }

        AbortedTransaction[] read = new AbortedTransaction[bytes.Length / EntryBytes];
        long previousLast = baseOffset - 1;
        for (int index = 0; index < read.Length; index++)
        {
            ByteReader reader = new(bytes.Slice(index * EntryBytes, EntryBytes));
            short version = reader.ReadInt16();
            AbortedTransaction entry = new(
                reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
            if (version != Version)
            {
                return string.Create(CultureInfo.InvariantCulture, $"entry {index} has the unknown version {version}");
            }

            // Markers come in the order of the log; a transaction begins before its marker; and the last stable offset
            // is behind a transaction's first record only once its marker is written.
            if (entry.ProducerId < 0
                || entry.FirstOffset < 0
                || entry.LastOffset <= previousLast
                || entry.FirstOffset > entry.LastOffset
                || entry.LastStableOffset < 0
                || entry.LastStableOffset > entry.LastOffset + 1)
            {
                return string.Create(CultureInfo.InvariantCulture, $"entry {index} is not of this segment");
            }

            previousLast = entry.LastOffset;
            read[index] = entry;
        }

        parsed = read;
        return null;
    }

    /// <summary>The bytes of one entry.</summary>
    public static byte[] Format(AbortedTransaction entry)
    {
        byte[] bytes = new byte[EntryBytes];
        ByteWriter writer = new(bytes);
        writer.WriteInt16(Version);
        writer.WriteInt64(entry.ProducerId);
        writer.WriteInt64(entry.FirstOffset);
        writer.WriteInt64(entry.LastOffset);
        writer.WriteInt64(entry.LastStableOffset);
        return bytes;
    }

    /// <summary>Appends an entry and writes it. Writer only, loaded; after a failure nothing has changed.</summary>
    public IoError Append(AbortedTransaction entry)
    {
        AbortedTransaction[]? current = entries;
        Invariant.That(current is not null && Damage is null, "An index is loaded and sound before it is appended to.");
        Invariant.That(
            entry.LastOffset >= baseOffset && (current.Length == 0 || entry.LastOffset > current[^1].LastOffset),
            "Markers are indexed in the order of the log.");
        IoError error = file.PinOrCreate(out IFile? pinned);
        if (pinned is null)
        {
            return error;
        }

        IoResult written = pinned.Write((long)current.Length * EntryBytes, Format(entry));
        file.Unpin();
        if (!written.Failed)
        {
            Volatile.Write(ref entries, [.. current, entry]);
        }

        return written.Error;
    }

    /// <summary>
    /// Adds the aborted transactions that touch the range <paramref name="from"/> up to, not with, <paramref
    /// name="to"/>. Any thread, loaded.
    /// </summary>
    /// <returns>Whether later segments cannot hold any more of them.</returns>
    public bool Collect(long from, long to, List<AbortedTransaction> found)
    {
        foreach (ref readonly AbortedTransaction entry in Entries)
        {
            if (entry.LastOffset >= from && entry.FirstOffset < to)
            {
                found.Add(entry);
            }

            // All transactions that were open below this offset had ended by then.
            if (entry.LastStableOffset >= to)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Drops the entries whose markers are at <paramref name="offset"/> or behind it. Writer only, loaded.
    /// </summary>
    public IoError TruncateTo(long offset)
    {
        AbortedTransaction[]? current = entries;
        Invariant.That(current is not null && Damage is null, "An index is loaded and sound before it is truncated.");
        int keep = 0;
        while (keep < current.Length && current[keep].LastOffset < offset)
        {
            keep++;
        }

        if (keep == current.Length)
        {
            return IoError.None;
        }

        IoError error = file.Pin(out IFile? pinned);
        if (pinned is null)
        {
            return error;
        }

        // Synced at once: an entry that came back after a crash would abort what was written in its transaction's
        // place.
        error = pinned.Truncate((long)keep * EntryBytes);
        error = error == IoError.None ? pinned.SyncData() : error;
        file.Unpin();
        if (error == IoError.None)
        {
            Volatile.Write(ref entries, current[..keep]);
        }

        return error;
    }

    /// <summary>Begins the index of a new segment: empty, without a file. No other thread knows it yet.</summary>
    internal void BeginEmpty() => Volatile.Write(ref entries, []);

    /// <summary>Deletes the file and forgets its entries: begins a rebuild.</summary>
    public IoError Reset()
    {
        lock (loadGate)
        {
            IoError error = file.Delete();
            if (error is not (IoError.None or IoError.NotFound))
            {
                return error;
            }

            Damage = null;
            Volatile.Write(ref entries, []);
            return IoError.None;
        }
    }

    /// <summary>Brings the entries to the device, where there are any.</summary>
    public IoError Sync()
    {
        if (Entries.IsEmpty)
        {
            return IoError.None;
        }

        IoError error = file.Pin(out IFile? pinned);
        if (pinned is not null)
        {
            error = pinned.SyncData();
            file.Unpin();
        }

        return error;
    }
}
