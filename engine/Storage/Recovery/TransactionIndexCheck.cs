using System.Globalization;
using System.Runtime.CompilerServices;
using Millrace.Protocol.Records;

namespace Millrace.Storage;

/// <summary>
/// Holds a segment's <c>.txnindex</c> against the log, as the file has no checksum: a reader of committed records that
/// believed a wrong entry would be given aborted ones. One load, one thread; what is read is not kept.
/// </summary>
/// <remarks>
/// Each entry has to have its abort marker, a batch that its transaction begins with, no other marker of the producer
/// soon behind that, and a stable offset at which a transaction begins, or which is that behind the marker.
/// What lies before the first segment is gone and is believed. A few entries cost a few reads each; a log without
/// aborted transactions has no such file.
/// </remarks>
internal sealed class TransactionIndexCheck(LogDirectoryContext context, List<LogSegment> segments)
{
    /// <summary>Checks the file of one segment.</summary>
    /// <param name="segment">Whose file.</param>
    /// <param name="mayLackBatches">The log was compacted: only the file in itself is looked at.</param>
    /// <param name="damage">What is wrong, as one clause; null where nothing is.</param>
    public IoError Run(LogSegment segment, bool mayLackBatches, out string? damage)
    {
        damage = null;
        IoError error = SmallFile.ReadBytes(
            context.FileSystem, segment.TransactionIndex.File.Path, out byte[] bytes);
        if (error != IoError.None)
        {
            return error == IoError.NotFound ? IoError.None : error;
        }

        damage = TransactionIndex.Parse(bytes, segment.BaseOffset, out AbortedTransaction[] entries);
        int checkable = mayLackBatches ? 0 : entries.Length;
        for (int index = 0; index < checkable && damage is null && error == IoError.None; index++)
        {
            error = Holds(segment, entries[index], out bool holds);
            damage = holds || error != IoError.None
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"entry {index} is not what the log says");
        }

        // What was loaded for the look-ups is not needed by a log that nobody uses yet.
        IoError unloaded = segment.OffsetIndex.Unload();
        return error == IoError.None ? unloaded : error;
    }

    private IoError Holds(LogSegment segment, AbortedTransaction entry, out bool holds)
    {
        IoError error = HasMarker(segment, entry, out holds);
        if (error == IoError.None && holds)
        {
            error = Begins(entry.FirstOffset, entry.ProducerId, out holds);
        }

        if (error == IoError.None && holds)
        {
            error = IsOneTransaction(segment, entry, out holds);
        }

        if (error == IoError.None && holds && entry.LastStableOffset != entry.LastOffset + 1)
        {
            error = Begins(entry.LastStableOffset, producerId: -1, out holds);
        }

        return error;
    }

    private static IoError HasMarker(LogSegment segment, AbortedTransaction entry, out bool holds)
    {
        holds = false;
        IoError error = ReadBatch(segment, entry.LastOffset, isWhole: true, out byte[] bytes);
        if (error == IoError.None && bytes.Length > 0)
        {
            RecordBatch batch = new(bytes);
            holds = batch.IsControl
                && batch.LastOffset == entry.LastOffset
                && PartitionLog.TryReadMarker(batch, 0, out ProducerMarker marker)
                && marker.IsAbort
                && batch.ProducerId == entry.ProducerId;
        }

        return error;
    }

    /// <summary>
    /// Whether no other marker of the producer lies between, as far as the first batches behind the first offset tell.
    /// </summary>
    [SkipLocalsInit]
    private IoError IsOneTransaction(LogSegment last, AbortedTransaction entry, out bool holds)
    {
        holds = true;
        int left = StorageLimits.TransactionCheckBatches;
        long next = entry.FirstOffset;
        Span<byte> room = stackalloc byte[StorageLimits.HeaderScanBytes];
        for (int index = Math.Max(0, IndexOf(next)); index < segments.Count && left > 0 && holds; index++)
        {
            LogSegment segment = segments[index];
            if (segment.BaseOffset > last.BaseOffset)
            {
                break;
            }

            IoError error = segment.File.Pin(out IFile? file);
            if (file is null)
            {
                return error;
            }

            error = segment.Find(file, Math.Max(next, segment.BaseOffset), segment.Size, out int position, out _);
            BatchScan scan = new(file, position, segment.Size, room);
            while (error == IoError.None && holds && left-- > 0 && scan.MoveNext())
            {
                RecordBatch batch = scan.Header;
                holds = batch.LastOffset >= entry.LastOffset
                    || !(batch.IsControl && batch.ProducerId == entry.ProducerId);
                left = batch.LastOffset >= entry.LastOffset ? 0 : left;
            }

            segment.File.Unpin();
            error = error == IoError.None ? scan.Error : error;
            if (error is not (IoError.None or IoError.Damaged))
            {
                return error;
            }
        }

        return IoError.None;
    }

    /// <summary>The segment that an offset lies in; -1 where it lies before all of them.</summary>
    private int IndexOf(long offset)
    {
        int index = segments.Count - 1;
        while (index >= 0 && segments[index].BaseOffset > offset)
        {
            index--;
        }

        return index;
    }

    /// <summary>Whether a batch of a transaction begins at an offset; -1 for any producer's.</summary>
    private IoError Begins(long offset, long producerId, out bool holds)
    {
        holds = true;
        int index = IndexOf(offset);
        if (index < 0)
        {
            return IoError.None;
        }

        IoError error = ReadBatch(segments[index], offset, isWhole: false, out byte[] bytes);
        if (error == IoError.None && bytes.Length > 0)
        {
            RecordBatch batch = new(bytes);
            holds = batch.IsTransactional
                && !batch.IsControl
                && batch.BaseOffset == offset
                && (producerId < 0 || batch.ProducerId == producerId);
        }
        else
        {
            holds = false;
        }

        return error;
    }

    /// <summary>Reads the batch with an offset, or its header; nothing where the segment has none.</summary>
    private static IoError ReadBatch(LogSegment segment, long offset, bool isWhole, out byte[] bytes)
    {
        bytes = [];
        IoError error = segment.File.Pin(out IFile? file);
        if (file is null)
        {
            return error;
        }

        error = segment.Find(file, offset, segment.Size, out int position, out int size);
        if (error == IoError.None && size >= BatchLayout.HeaderSize)
        {
            // A marker is a few bytes; a wrong entry may lead to a batch of any size.
            int length = isWhole ? Math.Min(size, StorageLimits.HeaderScanBytes) : BatchLayout.HeaderSize;
            byte[] read = new byte[length];
            IoResult result = file.Read(position, read);
            error = result.Error;
            bytes = result.Bytes == length && (!isWhole || length == size) ? read : [];
        }

        segment.File.Unpin();

        // A log that is damaged itself is the recovery's to find; the entry does not hold.
        return error == IoError.Damaged ? IoError.None : error;
    }
}
