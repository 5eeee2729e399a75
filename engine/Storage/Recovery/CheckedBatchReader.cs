using System.Buffers;
using Millrace.Base;
using Millrace.Protocol.Records;

namespace Millrace.Storage;

/// <summary>
/// Reads a segment's file from a position on, in large pieces, and checks every batch whole: lengths and checksums. One
/// pass, one thread. Batches larger than the buffer are summed piece by piece, so that a wrong length costs no memory.
/// </summary>
internal sealed class CheckedBatchReader : IDisposable
{
    private readonly IFile file;
    private readonly long length;
    private byte[] buffer;
    private long bufferStart;
    private int bufferLength;
    private int viewLength;

    /// <param name="file">The segment's file, pinned.</param>
    /// <param name="position">Where a batch begins.</param>
    /// <param name="length">Where the file ends.</param>
    public CheckedBatchReader(IFile file, long position, long length)
    {
        this.file = file;
        this.length = length;
        NextPosition = position;
        bufferStart = position;
        int wanted = (int)Math.Clamp(length - position, BatchLayout.HeaderSize, StorageLimits.RecoveryReadBytes);
        buffer = ArrayPool<byte>.Shared.Rent(wanted);
    }

    /// <summary>Where the current batch begins.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes of the current batch.</summary>
    public int Size { get; private set; }

    /// <summary>Where the next batch begins: sound batches go so far.</summary>
    public long NextPosition { get; private set; }

    /// <summary>Why the file could not be read.</summary>
    public IoError Error { get; private set; }

    /// <summary>What is wrong with the bytes at <see cref="NextPosition"/>; null at the honest end.</summary>
    public string? Damage { get; private set; }

    /// <summary>The current batch; of a large one only its header.</summary>
    public RecordBatch Current => new(buffer.AsSpan((int)(Position - bufferStart), viewLength));

    /// <summary>Goes to the next sound batch.</summary>
    public bool MoveNext()
    {
        long left = length - NextPosition;
        if (left == 0 || Damage is not null || Error != IoError.None)
        {
            return false;
        }

        if (left < BatchLayout.HeaderSizeUpToMagic)
        {
            return Stop("the file ends inside a batch's header");
        }

        int start = Hold((int)Math.Min(left, BatchLayout.HeaderSize));
        if (start < 0)
        {
            return false;
        }

        RecordFault fault = RecordBatches.SizeOf(buffer.AsSpan(start, bufferLength - start), out int size);
        if (fault != RecordFault.None)
        {
            return Stop(Clause(fault));
        }

        return size > left ? Stop("the file ends inside a batch") : Check(size);
    }

    private bool Check(int size)
    {
        byte magic = buffer[(int)(NextPosition - bufferStart) + BatchLayout.Magic];
        bool isStreamed = size > StorageLimits.RecoveryReadBytes && magic == 2;
        viewLength = isStreamed ? BatchLayout.HeaderSize : size;
        int start = Hold(viewLength);
        if (start < 0)
        {
            return false;
        }

        RecordBatch batch = new(buffer.AsSpan(start, viewLength));
        RecordFault fault = isStreamed ? CheckStreamed(batch, size) : batch.Check();
        if (Error != IoError.None)
        {
            return false;
        }

        if (fault != RecordFault.None)
        {
            return Stop(Clause(fault));
        }

        Position = NextPosition;
        Size = size;
        NextPosition += size;
        return true;
    }

    private RecordFault CheckStreamed(RecordBatch header, int size)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(StorageLimits.RecoveryReadBytes);
        uint crc = 0;
        long end = NextPosition + size;
        for (long at = NextPosition + BatchLayout.Attributes; at < end && Error == IoError.None;)
        {
            Span<byte> wanted = piece.AsSpan(0, (int)Math.Min(piece.Length, end - at));
            IoResult read = file.Read(at, wanted);
            Error = read.Failed ? read.Error : read.Bytes < wanted.Length ? IoError.Damaged : IoError.None;
            crc = Crc32C.Append(crc, wanted);
            at += wanted.Length;
        }

        ArrayPool<byte>.Shared.Return(piece);
        return crc == header.Crc ? RecordFault.None : RecordFault.BadChecksum;
    }

    /// <summary>Has so many bytes from the next position on in the buffer.</summary>
    /// <returns>Where they are; -1 where they could not be read.</returns>
    private int Hold(int wanted)
    {
        if (NextPosition + wanted <= bufferStart + bufferLength)
        {
            return (int)(NextPosition - bufferStart);
        }

        if (wanted > buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = ArrayPool<byte>.Shared.Rent(wanted);
        }

        int count = (int)Math.Min(length - NextPosition, Math.Max(wanted, StorageLimits.RecoveryReadBytes));
        IoResult read = file.Read(NextPosition, buffer.AsSpan(0, Math.Min(count, buffer.Length)));
        bufferStart = NextPosition;
        bufferLength = (int)read.Bytes;
        if (read.Failed || bufferLength < wanted)
        {
            // Nobody else writes here: a file that became shorter is a device that fails.
            Error = read.Failed ? read.Error : IoError.Damaged;
            return -1;
        }

        return 0;
    }

    private bool Stop(string damage)
    {
        Damage = damage;
        return false;
    }

    private static string Clause(RecordFault fault) => fault switch
    {
        RecordFault.BadChecksum => "the checksum of the batch does not match",
        RecordFault.UnknownMagic => "the batch has an unknown magic",
        RecordFault.UnknownCodec => "the batch has an unknown codec",
        _ => $"the bytes are no batch ({fault})",
    };

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
