using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>
/// Reads the batches of a log file one after the other, through one buffer that grows to the largest of them, and never
/// beyond the file. It stops at the first entry that is not whole. One thread.
/// </summary>
internal sealed class LogFileWalk(IFile file, long start, long end)
{
    private const int BufferBytes = 1024 * 1024;

    private byte[] buffer = new byte[(int)Math.Min(BufferBytes, Math.Max(end - start, BatchLayout.HeaderSize))];
    private long bufferPosition = start;
    private int filled;
    private int next;
    private int currentSize;

    /// <summary>Why the walk stopped; none at the end, or before an entry that is cut short.</summary>
    public RecordFault Fault { get; private set; }

    /// <summary>Why the file could not be read.</summary>
    public IoError Error { get; private set; }

    /// <summary>Where the entry behind the last whole one begins, in the file.</summary>
    public long Position => bufferPosition + next;

    /// <summary>Where <see cref="Current"/> begins, in the file.</summary>
    public long CurrentPosition => Position - currentSize;

    /// <summary>The entry of the last <see cref="MoveNext"/>, good until the next.</summary>
    public RecordBatch Current => new(buffer.AsSpan(next - currentSize, currentSize));

    public bool MoveNext()
    {
        while (Fault == RecordFault.None && Error == IoError.None)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(next, filled - next);
            Fault = RecordBatches.SizeOf(rest, out int size);
            if (size > 0 && size <= rest.Length)
            {
                currentSize = size;
                next += size;
                return true;
            }

            int wanted = size == 0 ? BatchLayout.HeaderSizeUpToMagic : size;
            if (Fault != RecordFault.None || wanted > end - Position || !Fill(wanted))
            {
                return false;
            }
        }

        return false;
    }

    private bool Fill(int wanted)
    {
        int kept = filled - next;
        byte[] target = wanted > buffer.Length ? new byte[wanted] : buffer;
        buffer.AsSpan(next, kept).CopyTo(target);
        buffer = target;
        bufferPosition += next;
        next = 0;
        filled = kept;

        int room = (int)Math.Min(buffer.Length - kept, end - bufferPosition - kept);
        IoResult read = file.Read(bufferPosition + kept, buffer.AsSpan(kept, room));
        Error = read.Error;
        filled += (int)read.Bytes;
        return !read.Failed && filled >= wanted;
    }
}
