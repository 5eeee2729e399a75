using System.Buffers;
using System.Runtime.CompilerServices;
using Millrace.Protocol.Records;

namespace Millrace.Storage;

/// <summary>Takes the batches of a segment, from an offset on, into the state of the producers.</summary>
internal static class ProducerReplay
{
    /// <summary>Under the log's lock, or before the log is in use. The batches are sound.</summary>
    [SkipLocalsInit]
    public static IoError Run(LogSegment segment, long from, ProducerStates producers)
    {
        IoError error = segment.File.Pin(out IFile? file);
        if (file is null)
        {
            return error;
        }

        int size = segment.Size;
        error = segment.Find(file, Math.Max(from, segment.BaseOffset), size, out int position, out _);
        Span<byte> room = stackalloc byte[StorageLimits.HeaderScanBytes];
        BatchScan scan = new(file, position, size, room);
        while (error == IoError.None && scan.MoveNext())
        {
            RecordBatch header = scan.Header;
            if (!header.HasProducerId || header.LastOffset < from)
            {
                continue;
            }

            if (header.IsControl)
            {
                error = TakeMarker(file, scan.Position, scan.Size, producers);
            }
            else
            {
                producers.Append(PartitionLog.ProducerBatchOf(header));
            }
        }

        segment.File.Unpin();
        return error == IoError.None ? scan.Error : error;
    }

    /// <summary>What a marker says is in its record, behind the header.</summary>
    private static IoError TakeMarker(IFile file, int position, int size, ProducerStates producers)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        Span<byte> bytes = rented.AsSpan(0, size);
        IoResult read = file.Read(position, bytes);
        IoError error = read.Failed ? read.Error : read.Bytes == size ? IoError.None : IoError.Damaged;
        if (error == IoError.None && PartitionLog.TryReadMarker(new RecordBatch(bytes), 0, out ProducerMarker marker))
        {
            producers.Append(marker, out _);
        }

        ArrayPool<byte>.Shared.Return(rented);
        return error;
    }
}
