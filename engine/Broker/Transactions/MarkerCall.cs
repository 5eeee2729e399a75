using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Millrace.Storage;
using Marker = Millrace.Protocol.Messages.WriteTxnMarkersRequest.WritableTxnMarker;
using MarkerResult = Millrace.Protocol.Messages.WriteTxnMarkersResponse.WritableTxnMarkerResult;
using PartitionResult = Millrace.Protocol.Messages.WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult;
using TopicResult = Millrace.Protocol.Messages.WriteTxnMarkersResponse.WritableTxnMarkerTopicResult;

namespace Millrace.Broker;

/// <summary>
/// The markers of one request from their append to the answer. On the loop of its <see cref="MarkerWriter"/>, but for
/// <see cref="EndOffsets()"/> and <see cref="Signal"/>.
/// </summary>
internal sealed unsafe class MarkerCall : LoopWork, ISignalled
{
    /// <summary>Header of a batch and the one record of a marker: 78 bytes.</summary>
    private const int MarkerBytesMax = 96;

    private readonly MarkerWriter writer;
    private readonly WriteTxnMarkersRequest request;
    private readonly Action<MarkerResult[]> answer;
    private readonly List<Item> items = [];
    private readonly MarkerResult[] results;
    private readonly LookAgain lookAgain;
    private readonly TimeLimit timeLimit;
    private OwnedBuffer batches;
    private int bytesUsed;
    private int unsettled;
    private int signalled;
    private bool isWritten;
    private bool isAnswered;

    public MarkerCall(MarkerWriter writer, WriteTxnMarkersRequest request, Action<MarkerResult[]> answer)
    {
        this.writer = writer;
        this.request = request;
        this.answer = answer;
        results = Array.ConvertAll(request.Markers, marker => ResultOf(marker, ErrorCode.None));
        lookAgain = new LookAgain(this);
        timeLimit = new TimeLimit(this);
    }

    /// <summary>A marker's result with its topics and partitions in the order of the request.</summary>
    public static MarkerResult ResultOf(Marker marker, ErrorCode error) => new()
    {
        ProducerId = marker.ProducerId,
        Topics = Array.ConvertAll(marker.Topics, topic => new TopicResult
        {
            Name = topic.Name,
            Partitions = Array.ConvertAll(
                topic.PartitionIndexes,
                index => new PartitionResult { PartitionIndex = index, ErrorCode = (short)error }),
        }),
    };

    /// <summary>
    /// Has the group coordinator end what is on its partitions. On the asker's thread, before the call is posted:
    /// whatever the asker sets off next finds the offsets as the marker leaves them, however late this loop comes
    /// around.
    /// </summary>
    public void EndOffsets()
    {
        for (int index = 0; index < results.Length; index++)
        {
            foreach (TopicResult topic in results[index].Topics)
            {
                if (topic.Name == InternalTopics.ConsumerOffsets)
                {
                    EndOffsets(request.Markers[index], topic.Partitions);
                }
            }
        }
    }

    /// <summary>A partition has got on, or is not led here any more. Any thread; many signals count as one.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref signalled, 1) == 0)
        {
            writer.Loop.Post(lookAgain);
        }
    }

    /// <summary>Writes what was appended; the batches' memory is free then.</summary>
    public void Flush()
    {
        foreach (Item item in items)
        {
            if (item.Log is { } log && item.Result is null)
            {
                ErrorCode error = item.Partition.Flush(log, item.Ticket);
                item.Result = error == ErrorCode.None ? null : error;
            }
        }

        batches.Return();
        isWritten = true;
    }

    /// <summary>Answers, or waits for the replicas.</summary>
    public void Settle()
    {
        if (TryAnswer())
        {
            return;
        }

        foreach (Item item in items)
        {
            if (item.Log is not null && item.Result is null)
            {
                item.Waiter = new PartitionWaiter(this) { Bound = ReadBound.HighWatermark, Offset = item.Required - 1 };
                item.Partition.AckWaiters.Add(item.Waiter);
            }
        }

        writer.Loop.Deadlines.Arm(timeLimit, writer.Clock.MonotonicMs + writer.TimeoutMs);

        // Once more: a watermark may have moved while the waiters were put in.
        TryAnswer();
    }

    protected internal override void Run(EventLoop loop)
    {
        int count = results.Sum(result => result.Topics.Sum(topic => topic.Partitions.Length));
        batches = writer.Memory.Rent(count * MarkerBytesMax);
        for (int index = 0; index < results.Length; index++)
        {
            Append(request.Markers[index], results[index].Topics);
        }

        writer.FlushSoon(this);
    }

    private void Append(Marker marker, TopicResult[] topics)
    {
        long nowMs = writer.Clock.WallMs;
        Span<byte> batch = ControlBatch.EndTransaction(
            writer.Builder, 0, BatchLayout.NoLeaderEpoch, nowMs, marker.ProducerId, marker.ProducerEpoch,
            marker.TransactionResult, marker.CoordinatorEpoch);
        foreach (TopicResult topic in topics)
        {
            if (topic.Name == InternalTopics.ConsumerOffsets)
            {
                continue;
            }

            writer.Partitions.TryFind(topic.Name, out TopicEntry? entry);
            foreach (PartitionResult told in topic.Partitions)
            {
                if (Find(entry, told) is { } partition)
                {
                    Append(marker, batch, nowMs, entry!, new Item(partition, told));
                }
            }
        }
    }

    /// <summary>Null where there is none, and then the result says so.</summary>
    private static Partition? Find(TopicEntry? topic, PartitionResult told)
    {
        if (topic?.Find(told.PartitionIndex) is { Log.IsOffline: false } partition)
        {
            return partition;
        }

        told.ErrorCode = (short)ErrorCode.UnknownTopicOrPartition;
        return null;
    }

    private void Append(Marker marker, ReadOnlySpan<byte> batch, long nowMs, TopicEntry topic, Item item)
    {
        Invariant.That(batch.Length <= MarkerBytesMax, "A marker is as long as its format says.");
        batch.CopyTo(batches.Span[bytesUsed..]);
        AppendResult result = item.Partition.AppendAsCoordinator(
            writer.Appender,
            batches.Pointer + bytesUsed,
            batch.Length,
            topic.Config.MinInsyncReplicas,
            nowMs,
            marker.TransactionVersion,
            TransactionProof.NotNeeded,
            out PartitionLog? log);
        bytesUsed += batch.Length;
        Add(item);
        if (result.Error != ErrorCode.None)
        {
            item.Result = result.Error;
            return;
        }

        item.Log = log;
        item.Ticket = result.Ticket;
        item.Required = result.LastOffset + 1;
    }

    /// <summary>
    /// The group coordinator appends these itself, and applies them. A transaction coordinator knows nothing of its
    /// errors: it tries again after NOT_LEADER_OR_FOLLOWER.
    /// </summary>
    private void EndOffsets(Marker marker, PartitionResult[] partitions)
    {
        writer.Partitions.TryFind(InternalTopics.ConsumerOffsets, out TopicEntry? entry);
        foreach (PartitionResult told in partitions)
        {
            if (Find(entry, told) is not { } partition)
            {
                continue;
            }

            Item item = new(partition, told);
            Add(item);
            writer.Offsets.EndTransaction(
                partition.Index,
                new Producer(marker.ProducerId, marker.ProducerEpoch),
                marker.CoordinatorEpoch,
                marker.TransactionVersion,
                marker.TransactionResult,
                error => writer.Loop.Post(new OffsetsEnded(this, item, error)));
        }
    }

    private void Add(Item item)
    {
        items.Add(item);
        unsettled++;
    }

    /// <summary>Answers once nothing is open any more.</summary>
    private bool TryAnswer()
    {
        foreach (Item item in items)
        {
            if (!item.IsSettled)
            {
                item.Result ??= item.Log is null ? null : item.Partition.OutcomeOf(item.Required);
                item.IsSettled = item.Result is not null;
                unsettled -= item.IsSettled ? 1 : 0;
            }
        }

        if (unsettled > 0)
        {
            return false;
        }

        Answer();
        return true;
    }

    private void Answer()
    {
        if (isAnswered)
        {
            return;
        }

        isAnswered = true;
        writer.Loop.Deadlines.Cancel(timeLimit);
        foreach (Item item in items)
        {
            if (item.Waiter is { } waiter)
            {
                waiter.List?.Remove(waiter);
            }

            item.Told.ErrorCode = (short)(item.Result ?? ErrorCode.RequestTimedOut);
        }

        answer(results);
    }

    /// <summary>One marker on one partition.</summary>
    private sealed class Item(Partition partition, PartitionResult told)
    {
        public Partition Partition { get; } = partition;

        public PartitionResult Told { get; } = told;

        /// <summary>The log that it was appended to; null where it was refused, or another appends it.</summary>
        public PartitionLog? Log { get; set; }

        public FlushTicket Ticket { get; set; }

        /// <summary>The high watermark at which it is acknowledged.</summary>
        public long Required { get; set; }

        /// <summary>Null until it is known.</summary>
        public ErrorCode? Result { get; set; }

        /// <summary>The result is counted.</summary>
        public bool IsSettled { get; set; }

        public PartitionWaiter? Waiter { get; set; }
    }

    private sealed class LookAgain(MarkerCall call) : LoopWork
    {
        protected internal override void Run(EventLoop loop)
        {
            Interlocked.Exchange(ref call.signalled, 0);
            call.TryAnswer();
        }
    }

    private sealed class OffsetsEnded(MarkerCall call, Item item, ErrorCode error) : LoopWork
    {
        protected internal override void Run(EventLoop loop)
        {
            item.Result ??= error is ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress
                or ErrorCode.NotCoordinator
                ? ErrorCode.NotLeaderOrFollower
                : error;
            if (call.isWritten)
            {
                call.TryAnswer();
            }
        }
    }

    private sealed class TimeLimit(MarkerCall call) : Deadline
    {
        protected override void Expire(long nowMs) => call.Answer();
    }
}
