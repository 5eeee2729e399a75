using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// A partition on this broker: its log, who leads it, and the requests that wait for it to get on. Any thread; an
/// append is made with the appender of the thread. Whoever appends flushes, which moves the high watermark and wakes
/// who waits.
/// </summary>
public sealed unsafe class Partition
{
    private PartitionLeadership leadership = PartitionLeadership.Unknown;
    private PartitionLog? log;
    private long epochStartOffset = -1;
    private IHighWatermarkObserver? observer;

    /// <param name="topic">The topic's name.</param>
    /// <param name="index">The partition's number.</param>
    /// <param name="log">Its log; null where it is not on this broker, or on a directory that failed.</param>
    public Partition(string topic, int index, PartitionLog? log)
    {
        Topic = topic;
        Index = index;
        this.log = log;
    }

    public string Topic { get; }

    public int Index { get; }

    /// <summary>Null where it is not on this broker, or on a directory that failed.</summary>
    public PartitionLog? Log => Volatile.Read(ref log);

    public PartitionLeadership Leadership => Volatile.Read(ref leadership);

    /// <summary>Where the leader's epoch begins; -1 while it does not lead.</summary>
    public long EpochStartOffset => Volatile.Read(ref epochStartOffset);

    /// <summary>Hears of every move of the high watermark; null for most partitions.</summary>
    public IHighWatermarkObserver? Observer
    {
        get => Volatile.Read(ref observer);
        set => Volatile.Write(ref observer, value);
    }

    /// <summary>Produce requests that wait for the high watermark.</summary>
    internal WaiterList AckWaiters { get; } = new();

    /// <summary>Fetches that wait for records.</summary>
    internal WaiterList FetchWaiters { get; } = new();

    /// <summary>
    /// Takes over what the metadata says of the leader. One thread at a time, whoever applies the metadata; not a
    /// reactor.
    /// </summary>
    public void Apply(PartitionLeadership changed)
    {
        PartitionLog? current = Log;
        if (changed.IsLeader && current is { IsOffline: false } && Leadership.LeaderEpoch != changed.LeaderEpoch)
        {
            Volatile.Write(ref epochStartOffset, current.LogEndOffset);
            current.BeginEpoch(changed.LeaderEpoch);
            if (current.Config.FlushesBeforeAck && current.FlushedOffset < current.LogEndOffset)
            {
                // Found by a recovery and not on the device yet: it is to be, before anybody sees it.
                current.Sync();
            }
        }

        Volatile.Write(ref leadership, changed);
        if (changed.IsLeader && current is { IsOffline: false })
        {
            AdvanceHighWatermark(current);
        }

        WakeAll();
    }

    /// <summary>The partition got its log after the start, or lost it with its directory or topic.</summary>
    public void SetLog(PartitionLog? changed)
    {
        Volatile.Write(ref log, changed);
        WakeAll();
    }

    /// <summary>Whether this broker may answer for the partition.</summary>
    /// <param name="currentLeaderEpoch">The epoch that the client knows; -1 for none.</param>
    /// <param name="requiresLeader">False where any replica may answer.</param>
    /// <param name="found">The log, where the answer is none.</param>
    public ErrorCode Check(int currentLeaderEpoch, bool requiresLeader, out PartitionLog? found)
    {
        found = null;
        PartitionLeadership current = Leadership;
        if (ReferenceEquals(current, PartitionLeadership.Unknown))
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        if (currentLeaderEpoch >= 0 && currentLeaderEpoch != current.LeaderEpoch)
        {
            return currentLeaderEpoch < current.LeaderEpoch
                ? ErrorCode.FencedLeaderEpoch
                : ErrorCode.UnknownLeaderEpoch;
        }

        if (!current.IsLeader && requiresLeader)
        {
            return ErrorCode.NotLeaderOrFollower;
        }

        found = Log;
        return found is { IsOffline: false } ? ErrorCode.None : ErrorCode.KafkaStorageError;
    }

    /// <summary>
    /// Appends records of a client: see <see cref="PartitionLog.AppendAsLeader"/>. <see cref="Flush"/> has to follow
    /// before the memory goes away.
    /// </summary>
    /// <param name="appender">The calling thread's.</param>
    /// <param name="start">Batches in native memory, changed in place.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="acks">-1 demands <c>min.insync.replicas</c> of replicas in sync.</param>
    /// <param name="minInSyncReplicas">The topic's config.</param>
    /// <param name="nowMs">Wall clock.</param>
    /// <param name="proof">That a transaction may begin here.</param>
    /// <param name="found">The log that it went to, which is the one to flush.</param>
    public AppendResult AppendAsLeader(
        LogAppender appender,
        byte* start,
        int length,
        short acks,
        int minInSyncReplicas,
        long nowMs,
        in TransactionProof proof,
        out PartitionLog? found)
    {
        PartitionLeadership current = Leadership;
        ErrorCode error = CheckAppend(current, acks, minInSyncReplicas, out found);
        if (error != ErrorCode.None)
        {
            return new AppendResult { Error = error, FirstOffset = -1, LastOffset = -1, LogStartOffset = -1 };
        }

        LeaderAppend append = new(current.LeaderEpoch, AppendOrigin.Client, nowMs, Proof: proof);
        return found!.AppendAsLeader(appender, start, length, append);
    }

    /// <summary>
    /// Appends a batch that a coordinator made, through the gate of a produce with acks=all: its records, or a
    /// transaction's end marker. As <see cref="AppendAsLeader"/> in all else.
    /// </summary>
    /// <param name="transactionVersion">Of a marker: the version under which the transaction ends.</param>
    public AppendResult AppendAsCoordinator(
        LogAppender appender,
        byte* start,
        int length,
        int minInSyncReplicas,
        long nowMs,
        short transactionVersion,
        in TransactionProof proof,
        out PartitionLog? found)
    {
        PartitionLeadership current = Leadership;
        ErrorCode error = CheckAppend(current, acks: -1, minInSyncReplicas, out found);
        if (error != ErrorCode.None)
        {
            return new AppendResult { Error = error, FirstOffset = -1, LastOffset = -1, LogStartOffset = -1 };
        }

        LeaderAppend append = new(current.LeaderEpoch, AppendOrigin.Coordinator, nowMs, transactionVersion, proof);
        return found!.AppendAsLeader(appender, start, length, append);
    }

    /// <summary>
    /// A client is about to append to a transaction: see <see cref="PartitionLog.BeginVerification"/>. Any error of the
    /// partition itself is told, too.
    /// </summary>
    public ErrorCode BeginVerification(
        long producerId, short epoch, int firstSequence, bool raisesEpoch, long nowMs, out VerificationGuard guard)
    {
        guard = default;
        ErrorCode error = Check(currentLeaderEpoch: -1, requiresLeader: true, out PartitionLog? found);
        return error == ErrorCode.None
            ? found!.BeginVerification(producerId, epoch, firstSequence, raisesEpoch, nowMs, out guard)
            : error;
    }

    /// <summary>
    /// Whether an append is acknowledged: none where the high watermark has passed it, an error where it never will,
    /// null while it may.
    /// </summary>
    /// <param name="requiredOffset">The offset behind the append.</param>
    public ErrorCode? OutcomeOf(long requiredOffset)
    {
        PartitionLog? current = Log;
        if (current is null || current.IsOffline)
        {
            return ErrorCode.KafkaStorageError;
        }

        if (!Leadership.IsLeader)
        {
            return ErrorCode.NotLeaderOrFollower;
        }

        return current.HighWatermark >= requiredOffset ? ErrorCode.None : null;
    }

    /// <summary>Writes what was appended, and takes the high watermark along.</summary>
    /// <param name="appended">
    /// The log that the append went to, though the partition may have lost it since: it holds on to the memory until
    /// then.
    /// </param>
    /// <param name="ticket">Of the append.</param>
    public ErrorCode Flush(PartitionLog appended, FlushTicket ticket)
    {
        ErrorCode error = appended.Flush(ticket);
        if (error == ErrorCode.None && ReferenceEquals(Log, appended))
        {
            AdvanceHighWatermark(appended);
        }

        return error;
    }

    /// <summary>Records are on the device: where that is what an acknowledgement waits for, it is given.</summary>
    public void OnFlushedOffsetMoved()
    {
        if (Leadership.IsLeader && Log is { } current)
        {
            AdvanceHighWatermark(current);
        }
    }

    /// <summary>Requests that wait look again: something other than an offset has changed.</summary>
    public void WakeAll()
    {
        AckWaiters.WakeAll();
        FetchWaiters.WakeAll();
    }

    private ErrorCode CheckAppend(
        PartitionLeadership current, short acks, int minInSyncReplicas, out PartitionLog? found)
    {
        ErrorCode error = Check(currentLeaderEpoch: -1, requiresLeader: true, out found);
        return error == ErrorCode.None && acks == -1
            && current.InSyncCount < Math.Min(minInSyncReplicas, current.ReplicaCount)
            ? ErrorCode.NotEnoughReplicas
            : error;
    }

    /// <summary>
    /// The leader is the only replica: what is in its log is on all of them. Where a write is to be on the device
    /// before it is acknowledged, it is not shown to consumers before either.
    /// </summary>
    private void AdvanceHighWatermark(PartitionLog current)
    {
        long target = current.LogEndOffset;
        if (current.Config.FlushesBeforeAck)
        {
            target = Math.Min(target, current.FlushedOffset);
        }

        if (target > current.HighWatermark && current.AdvanceHighWatermark(target))
        {
            long watermark = current.HighWatermark;
            AckWaiters.Wake(watermark, watermark);
            FetchWaiters.Wake(watermark, current.LastStableOffset);
            Observer?.HighWatermarkMoved(watermark);
        }
    }
}
