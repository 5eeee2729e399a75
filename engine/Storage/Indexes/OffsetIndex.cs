using Millrace.Base;

namespace Millrace.Storage;

/// <summary>Where to begin to look for an offset.</summary>
/// <param name="Offset">Last offset of the batch at the position (of the whole append, when Kafka before 4.0 wrote
/// it).</param>
/// <param name="Position">Where that batch begins in the segment's file.</param>
public readonly record struct OffsetIndexEntry(long Offset, int Position);

/// <summary>
/// Owns the format of a segment's <c>.index</c>: 8 bytes an entry, the offset relative to the segment's base and the
/// position, both rising. Threads and life as in <see cref="SparseIndex"/>.
/// </summary>
/// <remarks>
/// The batch at an entry's position must be sound and begin at or before the entry's offset; if it does not, the index
/// is damaged and to be made again. That catches every change of a byte which the rising order has not.
/// </remarks>
public sealed class OffsetIndex(CachedFile file, long baseOffset, int bytesMax)
    : SparseIndex(file, EntryBytes, baseOffset, bytesMax)
{
    /// <summary>Size of an entry, in bytes.</summary>
    public const int EntryBytes = 8;

    /// <summary>Whether the segment must be rolled before more is indexed.</summary>
    public bool IsFull => Count >= EntriesMax;

    /// <summary>The last entry's offset, or the segment's base. Writer only, loaded.</summary>
    public long LastOffset => Count == 0 ? BaseOffset : BaseOffset + LastKey;

    /// <summary>Whether an offset can be written relative to the segment's base.</summary>
    public bool CanHold(long offset) => offset >= BaseOffset && offset - BaseOffset <= int.MaxValue;

    private protected override bool Follows(long previousKey, int previousValue, long key, int value) =>
        key > previousKey && value > previousValue;

    /// <summary>Appends an entry; the index is loaded and not full. Writer only.</summary>
    /// <param name="lastOffset">Last offset of the batch at the position: beyond all before it.</param>
    /// <param name="position">Where the batch begins.</param>
    public IoError Append(long lastOffset, int position)
    {
        Invariant.That(CanHold(lastOffset), "An index holds offsets of its own segment.");
        Invariant.That(!IsFull, "A segment is rolled when its index is full.");
        Invariant.That(
            Count == 0 || EntryFollows(LastKey, LastValue, lastOffset - BaseOffset, position),
            "Offsets and positions of an index rise.");
        return AppendEntry(lastOffset - BaseOffset, position);
    }

    /// <summary>
    /// The entry with the largest offset that is at most <paramref name="offset"/>, or the segment's start.
    /// </summary>
    /// <param name="offset">At least the segment's base.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="mayWait">Whether the disk may be waited for; else <see cref="IoError.WouldWait"/>.</param>
    /// <returns>Why the file could not be read; the segment's start is right all the same, only slow.</returns>
    public IoError Lookup(long offset, out OffsetIndexEntry entry, bool mayWait = true)
    {
        IoError error = FindLast(offset - BaseOffset, bySecond: false, out int place, mayWait);
        entry = EntryAt(place, mayWait) ?? new OffsetIndexEntry(BaseOffset, 0);
        return error;
    }

    /// <summary>
    /// The first entry at or behind a position, whose offset bounds from above what lies before that position.
    /// </summary>
    /// <returns>
    /// False where there is none, or it is not in memory and <paramref name="mayWait"/> is false: the bound is the end
    /// of the segment.
    /// </returns>
    public bool TryFindUpperBound(long position, out OffsetIndexEntry entry, bool mayWait = true)
    {
        IoError error = FindLast(position - 1, bySecond: true, out int place, mayWait);
        OffsetIndexEntry? found = error == IoError.None ? EntryAt(place + 1, mayWait) : null;
        entry = found ?? default;
        return found is not null;
    }

    /// <summary>The entry at a place, from 0; null behind the last.</summary>
    public OffsetIndexEntry? EntryAt(int place, bool mayWait = true) =>
        TryReadEntry(place, out long key, out int value, mayWait)
            ? new OffsetIndexEntry(BaseOffset + key, value)
            : null;

    /// <summary>Drops the entries of <paramref name="offset"/> and all behind it. Writer only, loaded.</summary>
    public IoError TruncateTo(long offset)
    {
        IoError error = FindLast(offset - BaseOffset - 1, bySecond: false, out int place);
        return error == IoError.None ? TruncateToCount(place + 1) : error;
    }
}
