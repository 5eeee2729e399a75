using Millrace.Protocol;

namespace Millrace.Coordination.Runtime;

/// <summary>A read of a log while it is being loaded. Answered exactly once, from any thread.</summary>
public sealed class LogRead
{
    private readonly Action<ErrorCode, ReadOnlyMemory<byte>> done;
    private int answered;

    internal LogRead(long offset, int bytesMax, Action<ErrorCode, ReadOnlyMemory<byte>> done)
    {
        Offset = offset;
        BytesMax = bytesMax;
        this.done = done;
    }

    /// <summary>The first batch is the one that holds this offset or the next that is there.</summary>
    public long Offset { get; }

    /// <summary>About so many bytes; one whole batch at least, however large.</summary>
    public int BytesMax { get; }

    /// <summary>Whole batches one behind the other, unchanged until the next read; empty at the log's end.</summary>
    public void Succeed(ReadOnlyMemory<byte> batches) => Answer(ErrorCode.None, batches);

    public void Fail(ErrorCode error) => Answer(error, default);

    private void Answer(ErrorCode error, ReadOnlyMemory<byte> batches)
    {
        if (Interlocked.Exchange(ref answered, 1) == 0)
        {
            done(error, batches);
        }
    }
}
