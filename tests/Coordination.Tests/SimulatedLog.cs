using System.Buffers.Binary;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Tests;

/// <summary>
/// A partition's log in memory. Appends are answered at once or, while held, when they are released; the high watermark
/// follows the end or is moved by hand.
/// </summary>
internal sealed class SimulatedLog : IReplicatedLog
{
    private readonly List<byte[]> batches = [];
    private readonly Queue<LogAppend> held = new();

    public int BatchBytesMax { get; set; } = 1024 * 1024;

    public long StartOffset => 0;

    public long EndOffset { get; private set; }

    public long HighWatermark { get; private set; }

    /// <summary>Told of every move of the high watermark.</summary>
    public Action<long>? Moved { get; set; }

    /// <summary>Whether what is appended is committed at once.</summary>
    public bool CommitsAtOnce { get; set; } = true;

    public bool HoldsAppends { get; set; }

    /// <summary>How many appends are let through before they are held; none is ever where it is null.</summary>
    public int? AppendsUntilHold { get; set; }

    public bool HoldsReads { get; set; }

    public LogRead? HeldRead { get; private set; }

    /// <summary>Errors of the next appends, one each.</summary>
    public Queue<ErrorCode> Failures { get; } = new();

    public IReadOnlyList<byte[]> Batches => batches;

    public int HeldCount => held.Count;

    public void Append(LogAppend append)
    {
        HoldsAppends |= AppendsUntilHold == 0;
        AppendsUntilHold--;
        if (HoldsAppends)
        {
            held.Enqueue(append);
            return;
        }

        Finish(append);
    }

    public void ReleaseAppend() => Finish(held.Dequeue());

    public void Read(LogRead read)
    {
        if (HoldsReads)
        {
            HeldRead = read;
            return;
        }

        foreach (byte[] batch in batches)
        {
            if (new RecordBatch(batch).NextOffset > read.Offset)
            {
                read.Succeed(batch);
                return;
            }
        }

        read.Succeed(default);
    }

    public void CommitTo(long offset)
    {
        HighWatermark = offset;
        Moved?.Invoke(offset);
    }

    /// <summary>Puts a batch of somebody else's into the log, base offset and all as it is.</summary>
    public void Load(byte[] batch)
    {
        batches.Add(batch);
        EndOffset = new RecordBatch(batch).NextOffset;
        HighWatermark = EndOffset;
    }

    private void Finish(LogAppend append)
    {
        if (Failures.TryDequeue(out ErrorCode error) && error != ErrorCode.None)
        {
            append.Fail(error);
            return;
        }

        byte[] bytes = append.Batch.ToArray();
        BinaryPrimitives.WriteInt64BigEndian(bytes, EndOffset);
        RecordBatch batch = new(bytes);
        Assert.Equal(RecordFault.None, batch.Check());
        Assert.True(bytes.Length <= BatchBytesMax);
        batches.Add(bytes);
        EndOffset = batch.NextOffset;
        append.Succeed(EndOffset);
        if (CommitsAtOnce)
        {
            CommitTo(EndOffset);
        }
    }
}
