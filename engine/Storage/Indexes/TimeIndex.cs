using Millrace.Base;

namespace Millrace.Storage;

/// <summary>The largest timestamp of a segment so far, and where it is.</summary>
/// <param name="Timestamp">Milliseconds since 1970; -1 where nothing is known.</param>
/// <param name="Offset">Last offset of the batch with that timestamp.</param>
public readonly record struct TimeIndexEntry(long Timestamp, long Offset);

/// <summary>
/// Owns the format of a segment's <c>.timeindex</c>: 12 bytes an entry, timestamp and offset relative to the segment's
/// base. An entry says that no record up to its offset has a larger timestamp, so timestamps rise and offsets do not
/// fall. Threads and life as in <see cref="SparseIndex"/>.
/// </summary>
/// <remarks>
/// The batch that holds an entry's offset must have the entry's timestamp as its largest; if it has not, the index is
/// damaged and to be made again.
/// </remarks>
public sealed class TimeIndex(CachedFile file, long baseOffset, int bytesMax)
    : SparseIndex(file, EntryBytes, baseOffset, bytesMax)
{
    /// <summary>Size of an entry, in bytes.</summary>
    public const int EntryBytes = 12;

    /// <summary>
    /// Whether the segment must be rolled before more is indexed: one place is kept for the entry of the roll.
    /// </summary>
    public bool IsFull => Count >= EntriesMax - 1;

    /// <summary>The last entry; (-1, base offset) where there is none. Writer only, loaded.</summary>
    public TimeIndexEntry LastEntry =>
        Count == 0 ? new TimeIndexEntry(-1, BaseOffset) : new TimeIndexEntry(LastKey, BaseOffset + LastValue);

    private protected override bool Follows(long previousKey, int previousValue, long key, int value) =>
        key > previousKey && value >= previousValue;

    /// <summary>
    /// Appends an entry unless its timestamp is not larger than all before it, as then it says nothing new. Writer
    /// only, loaded.
    /// </summary>
    /// <param name="timestamp">Largest timestamp of the segment so far, in milliseconds.</param>
    /// <param name="offset">Last offset of its batch.</param>
    /// <param name="atRoll">Whether this is the last entry of the segment, for which a place was kept.</param>
    public IoError MaybeAppend(long timestamp, long offset, bool atRoll = false)
    {
        if (timestamp <= LastEntry.Timestamp)
        {
            return IoError.None;
        }

        Invariant.That(atRoll ? Count < EntriesMax : !IsFull, "A segment is rolled when its time index is full.");
        Invariant.That(
            offset >= LastEntry.Offset && offset - BaseOffset <= int.MaxValue,
            "The largest timestamp moves forward with the log.");
        return AppendEntry(timestamp, (int)(offset - BaseOffset));
    }

    /// <summary>
    /// The entry with the largest timestamp that is at most <paramref name="timestamp"/>, or (-1, base offset).
    /// </summary>
    /// <returns>Why the file could not be read; the segment's start is right all the same, only slow.</returns>
    public IoError Lookup(long timestamp, out TimeIndexEntry entry)
    {
        IoError error = FindLast(timestamp, bySecond: false, out int place);
        entry = EntryAt(place) ?? new TimeIndexEntry(-1, BaseOffset);
        return error;
    }

    /// <summary>The entry at a place, from 0; null behind the last.</summary>
    public TimeIndexEntry? EntryAt(int place) =>
        TryReadEntry(place, out long key, out int value) ? new TimeIndexEntry(key, BaseOffset + value) : null;

    /// <summary>Drops the entries of <paramref name="offset"/> and all behind it. Writer only, loaded.</summary>
    public IoError TruncateTo(long offset)
    {
        IoError error = FindLast(offset - BaseOffset - 1, bySecond: true, out int place);
        return error == IoError.None ? TruncateToCount(place + 1) : error;
    }
}
