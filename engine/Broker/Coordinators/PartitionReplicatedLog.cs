using System.Buffers;
using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// A coordinator's log on a partition of this broker. Appends go through the gate of a produce with acks=all, and are
/// written on the coordinator's own loop: one call into the page cache, some ten microseconds. Reads, which may wait
/// for the disk while a log is loaded, are made on a loop of their own. The partition is looked up by the topic's id
/// each time, so that a topic that was made anew under the same name is never written to.
/// </summary>
internal sealed unsafe class PartitionReplicatedLog : IReplicatedLog
{
    private readonly PartitionTable partitions;
    private readonly Uuid topicId;
    private readonly int index;
    private readonly LogAppender appender;
    private readonly EventLoop reads;
    private readonly IClock clock;
    private byte[]? lent;

    /// <param name="partitions">Where the partition is found.</param>
    /// <param name="topicId">The internal topic's.</param>
    /// <param name="index">The partition's number.</param>
    /// <param name="appender">That of the loop which owns the coordinator's partition.</param>
    /// <param name="reads">Where reads are made.</param>
    /// <param name="clock">For append times.</param>
    public PartitionReplicatedLog(
        PartitionTable partitions, Uuid topicId, int index, LogAppender appender, EventLoop reads, IClock clock)
    {
        this.partitions = partitions;
        this.topicId = topicId;
        this.index = index;
        this.appender = appender;
        this.reads = reads;
        this.clock = clock;
    }

    public int BatchBytesMax => Log?.Config.MaxMessageBytes ?? LogConfig.Default.MaxMessageBytes;

    public long StartOffset => Log?.LogStartOffset ?? 0;

    public long EndOffset => Log?.LogEndOffset ?? 0;

    public long HighWatermark => Log?.HighWatermark ?? 0;

    private PartitionLog? Log => Find(out _)?.Log;

    public void Append(LogAppend append)
    {
        Partition? partition = Find(out TopicEntry? topic);
        if (partition is null)
        {
            append.Fail(ErrorCode.NotLeaderOrFollower);
            return;
        }

        ErrorCode error;
        long nextOffset;
        using (MemoryHandle pinned = append.Batch.Pin())
        {
            AppendResult result = partition.AppendAsCoordinator(
                appender,
                (byte*)pinned.Pointer,
                append.Batch.Length,
                topic!.Config.MinInsyncReplicas,
                clock.WallMs,
                append.TransactionVersion,
                append.TransactionGuard is TransactionProof proof ? proof : TransactionProof.Missing,
                out PartitionLog? log);
            nextOffset = result.LastOffset + 1;
            error = result.Error == ErrorCode.None ? partition.Flush(log!, result.Ticket) : result.Error;
        }

        if (error == ErrorCode.None)
        {
            append.Succeed(nextOffset);
        }
        else
        {
            append.Fail(error);
        }
    }

    public void Read(LogRead read) => reads.Post(new ReadWork(this, read));

    private Partition? Find(out TopicEntry? topic) =>
        partitions.TryFind(topicId, out topic) ? topic.Find(index) : null;

    private void ReadNow(LogRead read)
    {
        if (lent is not null)
        {
            ArrayPool<byte>.Shared.Return(lent);
            lent = null;
        }

        PartitionLog? log = Log;
        if (log is null)
        {
            read.Fail(ErrorCode.NotLeaderOrFollower);
            return;
        }

        FileRange[] ranges = new FileRange[1];
        ReadPlan plan = log.Read(read.Offset, read.BytesMax, ReadBound.LogEnd, minOneBatch: true, ranges);
        if (plan.Error != ErrorCode.None || plan.RangeCount == 0)
        {
            Answer(read, plan.Error, default);
            return;
        }

        FileRange range = ranges[0];
        byte[] bytes = ArrayPool<byte>.Shared.Rent(range.Length);
        IoResult got = range.File.Read(range.Position, bytes.AsSpan(0, range.Length));
        range.Release();
        if (got.Error != IoError.None)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            read.Fail(ErrorCode.KafkaStorageError);
            return;
        }

        // The last batch may be cut off by the bytes that were asked for: the next read begins with it.
        RecordBatches batches = new(bytes.AsSpan(0, (int)got.Bytes));
        while (batches.MoveNext())
        {
        }

        lent = bytes;
        Answer(read, ErrorCode.None, bytes.AsMemory(0, batches.Position));
    }

    private static void Answer(LogRead read, ErrorCode error, ReadOnlyMemory<byte> bytes)
    {
        if (error == ErrorCode.None)
        {
            read.Succeed(bytes);
        }
        else
        {
            read.Fail(error);
        }
    }

    private sealed class ReadWork(PartitionReplicatedLog log, LogRead read) : LoopWork
    {
        protected internal override void Run(EventLoop loop) => log.ReadNow(read);
    }
}
