using System.Runtime.CompilerServices;
using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// One segment of a partition's log: the file of batches and its indexes. Its log's writer appends to the active one
/// under the log's lock; any thread reads, up to a size that was published. Files are opened when they are needed.
/// </summary>
public sealed class LogSegment
{
    private const long Unknown = long.MinValue;

    private readonly LogDirectoryContext context;
    private int size;
    private int bytesSinceIndexEntry;
    private RecentBatches? recent;

    // Of the batch with the largest timestamp: read from the time index when first asked for.
    private long maxTimestamp = Unknown;
    private long maxTimestampOffset;

    // Largest timestamp of the first batch, by which the segment is rolled.
    private long rollingTimestamp = Unknown;

    /// <param name="context">What the logs of the directory share.</param>
    /// <param name="folder">The partition's folder.</param>
    /// <param name="baseOffset">The segment's name.</param>
    /// <param name="config">The topic's configs.</param>
    /// <param name="size">Bytes of the file that hold whole batches.</param>
    /// <param name="nowMs">Wall clock, counted as the segment's creation.</param>
    public LogSegment(
        LogDirectoryContext context, string folder, long baseOffset, LogConfig config, int size, long nowMs)
    {
        this.context = context;
        this.size = size;
        WriteBackBegunTo = size;
        BaseOffset = baseOffset;
        CreatedMs = nowMs;
        RollJitterMs = context.Jitter(Math.Min(config.SegmentJitterMs, config.SegmentMs));
        int indexBytes = Math.Max(config.SegmentIndexBytes, StorageLimits.IndexBytesMin);
        File = Cached(folder, SegmentFileKind.Log, OpenKind.ReadWrite);
        OffsetIndex = new OffsetIndex(
            Cached(folder, SegmentFileKind.OffsetIndex, OpenKind.OpenOrCreate), baseOffset, indexBytes);
        TimeIndex = new TimeIndex(
            Cached(folder, SegmentFileKind.TimeIndex, OpenKind.OpenOrCreate), baseOffset, indexBytes);
        TransactionIndex = new TransactionIndex(
            Cached(folder, SegmentFileKind.TransactionIndex, OpenKind.OpenOrCreate), baseOffset);
    }

    public long BaseOffset { get; }

    /// <summary>The batches.</summary>
    public CachedFile File { get; }

    public OffsetIndex OffsetIndex { get; }

    public TimeIndex TimeIndex { get; }

    public TransactionIndex TransactionIndex { get; }

    /// <summary>Bytes of whole batches that may be read. Any thread.</summary>
    public int Size => Volatile.Read(ref size);

    /// <summary>Wall clock of when it was made or opened.</summary>
    public long CreatedMs { get; private set; }

    /// <summary>
    /// How much earlier than <c>segment.ms</c> it is rolled, so that not all partitions roll at once.
    /// </summary>
    public long RollJitterMs { get; }

    /// <summary>
    /// Whether the device has all of it, indexes too, as of a sealed segment: a load need not look into it. Changed
    /// under the log's maintenance lock; truncation takes it back.
    /// </summary>
    internal bool IsWhollySynced { get; set; }

    /// <summary>Whether the names of its files are on the device. Under the log's maintenance lock.</summary>
    internal bool NamesAreSynced { get; set; }

    /// <summary>The last write failed, and its remains could not be cut off yet. Under the log's lock.</summary>
    internal bool HasTornTail { get; set; }

    /// <summary>Space is taken on the device up to here. Under the log's lock.</summary>
    internal long PreallocatedTo { get; set; }

    /// <summary>A job that takes more space is under way. Under the log's lock.</summary>
    internal bool IsPreallocating { get; set; }

    /// <summary>The device was given all up to here to write, or had it before. Under the log's lock.</summary>
    internal long WriteBackBegunTo { get; set; }

    /// <summary>A segment of no bytes whose files do not exist yet, or are emptied.</summary>
    internal IoError CreateFiles(string? preparedFile)
    {
        IoError error = preparedFile is null ? IoError.NotFound : context.FileSystem.Rename(preparedFile, File.Path);
        if (error != IoError.None)
        {
            error = File.Empty();
        }

        OffsetIndex.BeginEmpty();
        TimeIndex.BeginEmpty();
        TransactionIndex.BeginEmpty();
        maxTimestamp = -1;
        maxTimestampOffset = BaseOffset;
        return error;
    }

    private CachedFile Cached(string folder, SegmentFileKind kind, OpenKind open) =>
        new(context.Files, Path.Join(folder, new SegmentFileName(BaseOffset, kind).ToString()), open);

    /// <summary>
    /// Reads the indexes into memory, as appending needs them. Under the log's lock, or before the log is in use.
    /// </summary>
    /// <returns>Why not. A damaged index counts as an error here: it has to be made again first.</returns>
    internal IoError LoadForAppend()
    {
        if (maxTimestamp != Unknown && OffsetIndex.IsLoaded && TimeIndex.IsLoaded
            && OffsetIndex.Damage is null && TimeIndex.Damage is null)
        {
            return IoError.None;
        }

        IoError error = OffsetIndex.Load();
        if (error == IoError.None)
        {
            error = TimeIndex.Load();
        }

        if (error == IoError.None && (OffsetIndex.Damage ?? TimeIndex.Damage) is not null)
        {
            error = SegmentRebuild.Indexes(this, LogConfig.Default.IndexIntervalBytes);
        }

        return error == IoError.None ? LoadTimestamp() : error;
    }

    private IoError LoadTimestamp()
    {
        if (maxTimestamp != Unknown)
        {
            return IoError.None;
        }

        IoError error = TimeIndex.Load();
        if (error == IoError.None && (TimeIndex.Damage is not null || !LastTimeEntryHolds()))
        {
            return SegmentRebuild.Indexes(this, LogConfig.Default.IndexIntervalBytes);
        }

        if (error == IoError.None)
        {
            TimeIndexEntry last = TimeIndex.LastEntry;
            SetLargestTimestamp(last.Timestamp, last.Offset);
        }

        return error;
    }

    /// <summary>
    /// An index has no checksum: its last entry is believed when the batch that it names has its timestamp.
    /// </summary>
    private bool LastTimeEntryHolds() => size == 0 || TimeEntryHolds(TimeIndex.LastEntry);

    /// <summary>Whether the batch that holds an entry's offset has the entry's timestamp as its largest.</summary>
    internal bool TimeEntryHolds(TimeIndexEntry entry)
    {
        if (entry.Timestamp < 0)
        {
            return true;
        }

        if (File.Pin(out IFile? file) != IoError.None)
        {
            return false;
        }

        bool holds = false;
        if (Find(file!, entry.Offset, Size, out int position, out int found) == IoError.None && found > 0)
        {
            Span<byte> room = stackalloc byte[Protocol.Records.BatchLayout.HeaderSize];
            BatchScan scan = new(file!, position, Size, room);
            holds = scan.MoveNext() && scan.Header.MaxTimestamp == entry.Timestamp;
        }

        File.Unpin();
        return holds;
    }

    /// <summary>
    /// The largest timestamp so far and the last offset of its batch; (-1, base offset) for none. Under the log's lock.
    /// </summary>
    public IoError LargestTimestamp(out TimeIndexEntry largest)
    {
        IoError error = LoadTimestamp();
        largest = error == IoError.None
            ? new TimeIndexEntry(maxTimestamp, maxTimestampOffset)
            : new TimeIndexEntry(-1, BaseOffset);
        return error;
    }

    /// <summary>A recovery found how far whole batches go, before the log is in use.</summary>
    internal void RecoveredTo(int wholeBytes) => size = wholeBytes;

    /// <summary>Sets what <see cref="LargestTimestamp"/> answers, as found by walking the log.</summary>
    internal void SetLargestTimestamp(long timestamp, long offset)
    {
        maxTimestamp = timestamp;
        maxTimestampOffset = offset;
    }

    /// <summary>
    /// The time by which retention goes: the largest timestamp of a record or, where no record has one, the last change
    /// of the file. Under the log's lock.
    /// </summary>
    internal long RetentionTimestamp()
    {
        if (LargestTimestamp(out TimeIndexEntry largest) == IoError.None && largest.Timestamp >= 0)
        {
            return largest.Timestamp;
        }

        return LastModifiedMs;
    }

    /// <summary>Last change of the file, in wall-clock milliseconds.</summary>
    public long LastModifiedMs =>
        context.FileSystem.Status(File.Path, out FileStatus status) == IoError.None ? status.ModifiedMs : CreatedMs;

    /// <summary>
    /// Takes in batches that were written behind <see cref="Size"/>, and publishes them. Under the log's lock.
    /// </summary>
    internal void Commit(ReadOnlySpan<PendingBatch> batches, int indexIntervalBytes)
    {
        int position = size;
        RecentBatches places = recent ??= new RecentBatches(BaseOffset);
        foreach (ref readonly PendingBatch batch in batches)
        {
            if (position == 0)
            {
                rollingTimestamp = batch.MaxTimestamp;
            }

            if (batch.MaxTimestamp > maxTimestamp)
            {
                maxTimestamp = batch.MaxTimestamp;
                maxTimestampOffset = batch.LastOffset;
            }

            // An append of several batches may fill an index: what does not fit is left out, and the next append rolls.
            if (bytesSinceIndexEntry > indexIntervalBytes && !OffsetIndex.IsFull && !TimeIndex.IsFull)
            {
                AddIndexEntries(batch.LastOffset, position);
            }

            places.Add(batch.BaseOffset, batch.LastOffset, position, batch.Size);
            bytesSinceIndexEntry += batch.Size;
            position += batch.Size;
        }

        Volatile.Write(ref size, position);
    }

    /// <summary>
    /// An index is sparse and can be made again: an entry that cannot be written for lack of space is left out, and the
    /// next batch tries again.
    /// </summary>
    private void AddIndexEntries(long lastOffset, int position)
    {
        IoError error = OffsetIndex.Append(lastOffset, position);
        if (error == IoError.None)
        {
            error = TimeIndex.MaybeAppend(maxTimestamp, maxTimestampOffset);
            bytesSinceIndexEntry = 0;
        }

        if (error != IoError.None)
        {
            context.Fail("write index", OffsetIndex.File.Path, error);
        }
    }

    /// <summary>
    /// Whether a segment must be rolled before so many more batches, since every one of them may be indexed.
    /// </summary>
    internal bool IndexesAreFull(int pendingBatches) =>
        OffsetIndex.EntriesMax - OffsetIndex.Count <= pendingBatches
        || TimeIndex.EntriesMax - 1 - TimeIndex.Count <= pendingBatches;

    /// <summary>
    /// How long the segment has waited, by record timestamps where the first batch has one. Under the log's lock.
    /// </summary>
    internal long WaitedForRollMs(long nowMs, long timestamp)
    {
        if (rollingTimestamp == Unknown && size > 0)
        {
            rollingTimestamp = FirstBatchTimestamp();
        }

        return rollingTimestamp >= 0 ? timestamp - rollingTimestamp : nowMs - CreatedMs;
    }

    private long FirstBatchTimestamp()
    {
        Span<byte> room = stackalloc byte[Protocol.Records.BatchLayout.HeaderSize];
        if (File.Pin(out IFile? file) != IoError.None)
        {
            return -1;
        }

        BatchScan scan = new(file!, 0, size, room);
        long timestamp = scan.MoveNext() ? scan.Header.MaxTimestamp : -1;
        File.Unpin();
        return timestamp;
    }

    /// <summary>
    /// Writes the time index's last entry, as a segment has it that is appended to no more. Under the log's lock.
    /// </summary>
    internal IoError EndTimeIndex()
    {
        IoError error = LoadForAppend();
        return error == IoError.None && maxTimestamp >= 0
            ? TimeIndex.MaybeAppend(maxTimestamp, maxTimestampOffset, atRoll: true)
            : error;
    }

    /// <summary>Forgets what only the active segment and one that is read at its end need.</summary>
    internal void DropRecentBatches() => Volatile.Write(ref recent, null);

    /// <summary>
    /// Finds the first batch that ends at or behind an offset. Any thread; nothing is allocated in a hot segment.
    /// </summary>
    /// <param name="file">The segment's file, pinned.</param>
    /// <param name="offset">At least the segment's base.</param>
    /// <param name="limit">How much of the file may be read.</param>
    /// <param name="position">Where it begins; the limit where there is none.</param>
    /// <param name="batchSize">Its bytes; 0 where there is none.</param>
    /// <param name="mayWait">Whether the disk may be waited for; else <see cref="IoError.WouldWait"/>.</param>
    [SkipLocalsInit]
    internal IoError Find(
        IFile file, long offset, int limit, out int position, out int batchSize, bool mayWait = true)
    {
        RecentBatches? places = Volatile.Read(ref recent);
        if (places is not null && places.TryFind(offset, out position, out batchSize) && position + batchSize <= limit)
        {
            return IoError.None;
        }

        IoError error = OffsetIndex.Lookup(offset, out OffsetIndexEntry entry, mayWait);
        (position, batchSize) = (limit, 0);
        if (error == IoError.None && entry.Position > 0 && entry.Position < limit)
        {
            error = Walk(file, entry.Position, entry.Offset, offset, limit, mayWait, out position, out batchSize);
            if (error == IoError.None)
            {
                return IoError.None;
            }
        }

        // No entry, or one that is damaged: an index has no checksum, and the batch it leads to does not bear it out.
        return error == IoError.WouldWait
            ? error
            : Walk(file, 0, long.MaxValue, offset, limit, mayWait, out position, out batchSize);
    }

    /// <param name="firstOffsetMax">The batch at the start must end at or before it.</param>
    [SkipLocalsInit]
    private static IoError Walk(
        IFile file,
        int start,
        long firstOffsetMax,
        long offset,
        int limit,
        bool mayWait,
        out int position,
        out int batchSize)
    {
        Span<byte> room = stackalloc byte[StorageLimits.HeaderScanBytes];
        BatchScan scan = new(file, start, limit, room, mayWait);
        position = limit;
        batchSize = 0;
        while (scan.MoveNext())
        {
            if (scan.Position == start && scan.Header.LastOffset > firstOffsetMax)
            {
                return IoError.Damaged;
            }

            if (scan.Header.LastOffset >= offset)
            {
                position = scan.Position;
                batchSize = scan.Size;
                return IoError.None;
            }
        }

        return scan.Fault == Protocol.Records.RecordFault.None ? scan.Error : IoError.Damaged;
    }

    /// <summary>
    /// Cuts the segment back to a position where a batch begins. Under the log's locks; readers see the new size first.
    /// </summary>
    internal IoError TruncateTo(long offset, int position, long nowMs)
    {
        IoError error = LoadForAppend();
        if (error == IoError.None)
        {
            error = TransactionIndex.LoadSound();
        }

        IFile? file = null;
        if (error == IoError.None)
        {
            error = File.Pin(out file);
        }

        if (file is null)
        {
            return error;
        }

        IsWhollySynced = false;
        Volatile.Write(ref size, position);
        DropRecentBatches();
        error = file.Truncate(position);
        File.Unpin();
        PreallocatedTo = position;
        WriteBackBegunTo = Math.Min(WriteBackBegunTo, position);
        error = FirstOf(error, OffsetIndex.TruncateTo(offset));
        error = FirstOf(error, TimeIndex.TruncateTo(offset));
        error = FirstOf(error, TransactionIndex.TruncateTo(offset));
        bytesSinceIndexEntry = 0;
        if (position == 0)
        {
            CreatedMs = nowMs;
            rollingTimestamp = Unknown;
        }

        return error == IoError.None ? FindLargestTimestamp() : error;
    }

    private static IoError FirstOf(IoError first, IoError second) => first != IoError.None ? first : second;

    /// <summary>
    /// The time index does not have the timestamps behind its last entry: they are read from the batches.
    /// </summary>
    private IoError FindLargestTimestamp()
    {
        TimeIndexEntry last = TimeIndex.LastEntry;
        SetLargestTimestamp(last.Timestamp, last.Offset);
        IoError error = OffsetIndex.Lookup(last.Offset, out OffsetIndexEntry entry);
        if (error == IoError.None)
        {
            error = File.Pin(out IFile? file);
            if (file is not null)
            {
                Span<byte> room = stackalloc byte[StorageLimits.HeaderScanBytes];
                BatchScan scan = new(file, entry.Position, size, room);
                while (scan.MoveNext())
                {
                    if (scan.Header.MaxTimestamp > maxTimestamp)
                    {
                        SetLargestTimestamp(scan.Header.MaxTimestamp, scan.Header.LastOffset);
                    }
                }

                error = scan.Error;
                File.Unpin();
            }
        }

        return error;
    }

    /// <summary>
    /// Has the device begin with a range of the batches, where the file is still open; else the kernel does, later. Any
    /// thread.
    /// </summary>
    internal IoError StartWriteBack(long position, long length)
    {
        IoError error = File.Pin(out IFile? file, mayWait: false);
        if (file is null)
        {
            return error == IoError.WouldWait ? IoError.None : error;
        }

        error = file.StartWriteBack(position, length);
        File.Unpin();
        return error == IoError.NotSupported ? IoError.None : error;
    }

    /// <summary>Brings the batches to the device. Under the log's maintenance lock.</summary>
    internal IoError SyncData()
    {
        IoError error = File.Pin(out IFile? file);
        if (file is not null)
        {
            error = file.SyncData();
            File.Unpin();
        }

        return error;
    }

    /// <summary>
    /// Brings the indexes to the device, no longer than their entries. Under the log's maintenance lock, not the active
    /// one's.
    /// </summary>
    internal IoError SyncIndexes()
    {
        IoError error = FirstOf(OffsetIndex.Load(), TimeIndex.Load());
        if (error == IoError.None && OffsetIndex.Damage is null && TimeIndex.Damage is null)
        {
            error = FirstOf(OffsetIndex.TrimToEntries(), TimeIndex.TrimToEntries());
            error = FirstOf(error, OffsetIndex.Sync());
            error = FirstOf(error, TimeIndex.Sync());
        }

        return FirstOf(error, TransactionIndex.Sync());
    }

    /// <summary>Gives up the space that was taken ahead, once nothing is appended any more.</summary>
    internal IoError TrimPreallocation()
    {
        IoError error = File.Pin(out IFile? file);
        if (file is not null)
        {
            error = file.Truncate(Size);
            File.Unpin();
        }

        return error;
    }

    /// <summary>Renames all files so that they are deleted later, whatever becomes of the process meanwhile.</summary>
    internal IoError MarkDeleted()
    {
        IoError first = IoError.None;
        foreach (CachedFile file in (ReadOnlySpan<CachedFile>)
            [File, OffsetIndex.File, TimeIndex.File, TransactionIndex.File])
        {
            string deleted = file.Path + DeletedSuffix;
            IoError error = file.Rename(deleted);
            if (error == IoError.NotFound)
            {
                // It was never made; the name may come to belong to a new segment, whose file must not be deleted
                // later.
                file.MovedTo(deleted);
            }

            first = FirstOf(first, error == IoError.NotFound ? IoError.None : error);
        }

        return first;
    }

    /// <summary>Deletes all files under their present names. Readers that have them pinned read on.</summary>
    internal IoError DeleteFiles()
    {
        IoError first = IoError.None;
        foreach (CachedFile file in (ReadOnlySpan<CachedFile>)
            [File, OffsetIndex.File, TimeIndex.File, TransactionIndex.File])
        {
            IoError error = file.Delete();
            file.Retire();
            first = FirstOf(first, error == IoError.NotFound ? IoError.None : error);
        }

        return first;
    }

    /// <summary>The folder has got another name.</summary>
    internal void MovedTo(string folder)
    {
        foreach (CachedFile file in (ReadOnlySpan<CachedFile>)
            [File, OffsetIndex.File, TimeIndex.File, TransactionIndex.File])
        {
            file.MovedTo(Path.Join(folder, Path.GetFileName(file.Path)));
        }
    }

    /// <summary>Closes the files. Under the log's locks; nothing is written.</summary>
    internal void CloseFiles()
    {
        File.Retire();
        OffsetIndex.File.Retire();
        TimeIndex.File.Retire();
        TransactionIndex.File.Retire();
    }

    private const string DeletedSuffix = ".deleted";

    public override string ToString() => $"{File.Path} ({Size} bytes)";
}
