using Millrace.Protocol.Records;

namespace Millrace.Storage;

/// <summary>
/// Walks the batches of a segment's file by their headers. Reads as many bytes at once as the caller gives it room for,
/// and nothing of large batches but their headers. Checksums are not looked at.
/// </summary>
/// <remarks>
/// The walk ends where no whole batch is left before the limit. <see cref="Fault"/> and <see cref="Error"/> then say
/// whether that was the honest end.
/// </remarks>
internal ref struct BatchScan
{
    private readonly IFile file;
    private readonly int limit;
    private readonly Span<byte> room;
    private readonly bool mayWait;
    private int roomStart;
    private int roomLength;
    private int headerAt;

    /// <param name="file">The segment's file, pinned.</param>
    /// <param name="position">Where a batch begins.</param>
    /// <param name="limit">Where the readable part of the file ends.</param>
    /// <param name="room">For headers: at least <see cref="BatchLayout.HeaderSize"/> bytes.</param>
    /// <param name="mayWait">Whether the disk may be waited for; else <see cref="IoError.WouldWait"/>.</param>
    public BatchScan(IFile file, int position, int limit, Span<byte> room, bool mayWait = true)
    {
        this.file = file;
        this.limit = limit;
        this.room = room;
        this.mayWait = mayWait;
        NextPosition = position;
        roomStart = position;
    }

    /// <summary>Where the current batch begins.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes of the current batch.</summary>
    public int Size { get; private set; }

    /// <summary>Where the next batch begins: whole batches go so far.</summary>
    public int NextPosition { get; private set; }

    /// <summary>Why the file could not be read.</summary>
    public IoError Error { get; private set; }

    /// <summary>
    /// What is wrong with the bytes at <see cref="NextPosition"/>; none where they are only cut short.
    /// </summary>
    public RecordFault Fault { get; private set; }

    /// <summary>The header of the current batch.</summary>
    public readonly RecordBatch Header => new(room[headerAt..roomLength]);

    /// <summary>Goes to the next whole batch before the limit.</summary>
    public bool MoveNext()
    {
        int position = NextPosition;
        int left = limit - position;
        if (left < BatchLayout.HeaderSizeUpToMagic || Fault != RecordFault.None)
        {
            return false;
        }

        int wanted = Math.Min(left, BatchLayout.HeaderSize);
        if (position < roomStart || position + wanted > roomStart + roomLength)
        {
            int count = Math.Min(left, room.Length);
            IoResult read = mayWait
                ? file.Read(position, room[..count])
                : file.ReadCached(position, room[..count]);
            roomStart = position;
            roomLength = (int)read.Bytes;
            if (read.Failed || roomLength < wanted)
            {
                Error = read.Error;
                return false;
            }
        }

        headerAt = position - roomStart;
        Fault = RecordBatches.SizeOf(room[headerAt..roomLength], out int size);
        if (Fault != RecordFault.None || size == 0 || size > left)
        {
            return false;
        }

        Position = position;
        Size = size;
        NextPosition = position + size;
        return true;
    }
}
