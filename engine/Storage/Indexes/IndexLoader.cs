using System.Buffers;
using System.Globalization;

namespace Millrace.Storage;

/// <summary>
/// Reads an index file from its start to its last entry, checks it, and makes its outline. Used once per load, by one
/// thread.
/// </summary>
internal sealed class IndexLoader(SparseIndex index, int entryBytes, int entriesPerPage)
{
    // Pages read at once: an index of 10 MB is 160 calls.
    private const int PagesPerRead = 16;

    private byte[] outline = [];
    private byte[] tail = [];
    private int count;
    private long lastKey;
    private int lastValue;

    /// <summary>What is wrong with the file, or null.</summary>
    internal string? Damage { get; private set; }

    /// <summary>What was read; empty where the file is damaged.</summary>
    internal IndexView View { get; private set; } = new(entryBytes);

    internal IoError Read(IFile file)
    {
        IoResult length = file.Length();
        if (length.Failed)
        {
            return length.Error;
        }

        if (length.Bytes % entryBytes != 0)
        {
            Damage = string.Create(
                CultureInfo.InvariantCulture, $"{length.Bytes} bytes are no whole entries of {entryBytes}");
            return IoError.None;
        }

        byte[] chunk = ArrayPool<byte>.Shared.Rent(PagesPerRead * entriesPerPage * entryBytes);
        IoError error = ReadChunks(file, length.Bytes, chunk.AsSpan(0, PagesPerRead * entriesPerPage * entryBytes));
        ArrayPool<byte>.Shared.Return(chunk);
        if (error == IoError.None && Damage is null)
        {
            View = IndexView.Loaded(entryBytes, outline, count / entriesPerPage, tail, lastKey, lastValue);
        }

        return error;
    }

    private IoError ReadChunks(IFile file, long length, Span<byte> chunk)
    {
        for (long position = 0; position < length; position += chunk.Length)
        {
            Span<byte> wanted = chunk[..(int)Math.Min(chunk.Length, length - position)];
            IoResult read = file.Read(position, wanted);
            if (read.Failed)
            {
                return read.Error;
            }

            if (read.Bytes < wanted.Length)
            {
                Damage = "the file has become shorter while it was read";
                return IoError.None;
            }

            if (!Take(wanted))
            {
                break;
            }
        }

        return IoError.None;
    }

    /// <summary>Takes the entries of a chunk.</summary>
    /// <returns>Whether the file may go on.</returns>
    private bool Take(ReadOnlySpan<byte> chunk)
    {
        for (int start = 0; start < chunk.Length; start += entryBytes)
        {
            ReadOnlySpan<byte> entry = chunk.Slice(start, entryBytes);
            if (entry.IndexOfAnyExcept((byte)0) < 0 && IsEnd(chunk[start..]))
            {
                // Preallocated by Kafka: the rest of 10 MB is a hole that nobody need read. Behind what was seen here,
                // bytes would be ignored, which costs an index nothing but entries.
                if (chunk[start..].IndexOfAnyExcept((byte)0) >= 0)
                {
                    Damage = string.Create(CultureInfo.InvariantCulture, $"entries follow the zeros at entry {count}");
                }

                KeepTail(chunk[..start]);
                return false;
            }

            if (!TakeEntry(entry))
            {
                return false;
            }
        }

        KeepTail(chunk);
        return true;
    }

    /// <summary>
    /// Whether zeros are the end. At the very start they may be an entry: timestamp 0 at the segment's first offset,
    /// and then another one follows.
    /// </summary>
    private bool IsEnd(ReadOnlySpan<byte> rest) =>
        count > 0 || rest.Length < 2 * entryBytes || rest.Slice(entryBytes, entryBytes).IndexOfAnyExcept((byte)0) < 0;

    private bool TakeEntry(ReadOnlySpan<byte> entry)
    {
        long key = View.Column(entry, 0, second: false);
        int value = (int)View.Column(entry, 0, second: true);
        bool follows = count == 0 ? key >= 0 && value >= 0 : index.EntryFollows(lastKey, lastValue, key, value);
        if (!follows)
        {
            Damage = string.Create(CultureInfo.InvariantCulture, $"entry {count} ({key}, {value}) does not rise");
            return false;
        }

        if (count % entriesPerPage == 0)
        {
            int place = count / entriesPerPage * entryBytes;
            if (place == outline.Length)
            {
                Array.Resize(ref outline, Math.Max(2 * place, 8 * entryBytes));
            }

            entry.CopyTo(outline.AsSpan(place));
        }

        lastKey = key;
        lastValue = value;
        count++;
        return true;
    }

    /// <summary>Keeps the page that is not full, the end of these entries: chunks begin with a page.</summary>
    private void KeepTail(ReadOnlySpan<byte> entries) =>
        tail = entries[^(count % entriesPerPage * entryBytes)..].ToArray();
}
