using System.Buffers;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Storage;

/// <summary>
/// Looks for a record by its timestamp inside one batch of a file. At the control plane's pace: it reads the whole
/// batch.
/// </summary>
internal static class BatchSearch
{
    /// <summary>
    /// Plain bytes of one batch that is opened for a look-up: nothing that a broker's limits let in is larger.
    /// </summary>
    private const long PlainBytesMax = 1L << 30;

    /// <summary>The first record at or behind an offset whose timestamp is at least the given one.</summary>
    public static OffsetFound FirstAtOrAfter(IFile file, int position, int size, long timestamp, long startOffset)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        Span<byte> bytes = rented.AsSpan(0, size);
        IoResult read = file.Read(position, bytes);
        OffsetFound found = read.Failed || read.Bytes < size
            ? OffsetFound.None with { Error = read.Failed ? read.Error : IoError.Damaged }
            : Search(new RecordBatch(bytes), timestamp, startOffset);
        ArrayPool<byte>.Shared.Return(rented);
        return found;
    }

    private static OffsetFound Search(RecordBatch batch, long timestamp, long startOffset)
    {
        if (batch.Check() != RecordFault.None)
        {
            return OffsetFound.None with { Error = IoError.Damaged };
        }

        using BatchDecoder decoder = new(new DecompressionLimits(PlainBytesMax, int.MaxValue));
        RecordReader records = decoder.Read(batch);
        while (records.MoveNext())
        {
            if (records.Current.Timestamp >= timestamp && records.Current.Offset >= startOffset)
            {
                return new OffsetFound(records.Current.Timestamp, records.Current.Offset, batch.PartitionLeaderEpoch);
            }
        }

        return records.Fault == RecordFault.None ? OffsetFound.None : OffsetFound.None with { Error = IoError.Damaged };
    }
}
