using Millrace.Base;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// A Produce request from its frame to its answer: appended while its turn goes on, flushed at the turn's end, answered
/// then or when the high watermark has passed. Pooled by its reactor, on whose thread it lives.
/// </summary>
internal sealed class ProduceCall : WaitingRequest
{
    private readonly List<PartitionWaiter> waiters = [];
    private ProduceItem[] items = new ProduceItem[4];
    private ProduceTopic[] topics = new ProduceTopic[4];
    private byte[] names = new byte[256];
    private int namesLength;
    private int itemCount;
    private int topicCount;
    private int waiterCount;
    private ResponseSlot slot = null!;
    private short version;
    private short acks;
    private int correlationId;
    private int timeoutMs;

    public ProduceCall(BrokerReactor reactor)
        : base(reactor) => Verification = new ProduceVerification(this);

    /// <summary>What the request has to show for the transaction that it is part of.</summary>
    public ProduceVerification Verification { get; }

    /// <summary>Next one of the pool, or of the turn.</summary>
    public ProduceCall? Next { get; set; }

    public Span<ProduceItem> Items => items.AsSpan(0, itemCount);

    private bool IsAcknowledged
    {
        get
        {
            foreach (ref readonly ProduceItem item in Items)
            {
                if (item.IsAppended && Outcome(item) is null)
                {
                    return false;
                }
            }

            return true;
        }
    }

    public void Begin(in RequestView request, short requestAcks, int requestTimeoutMs)
    {
        Restart();
        slot = request.Slot;
        version = request.Version;
        correlationId = request.CorrelationId;
        acks = requestAcks;
        timeoutMs = requestTimeoutMs;
    }

    public void AddTopic(ReadOnlySpan<byte> name, Uuid id)
    {
        Grow(ref topics, topicCount);
        if (names.Length < namesLength + name.Length)
        {
            Array.Resize(ref names, Math.Max(names.Length * 2, namesLength + name.Length));
        }

        name.CopyTo(names.AsSpan(namesLength));
        topics[topicCount++] = new ProduceTopic { NameStart = namesLength, NameLength = name.Length, Id = id };
        namesLength += name.Length;
    }

    public ref ProduceItem AddItem(int index)
    {
        Grow(ref items, itemCount);
        ref ProduceTopic topic = ref topics[topicCount - 1];
        ref ProduceItem item = ref items[itemCount++];
        item = new ProduceItem
        {
            Index = index,
            BeginsTopic = topic.PartitionCount++ == 0,
            BaseOffset = -1,
            LogAppendTimeMs = -1,
            LogStartOffset = -1,
        };
        return ref item;
    }

    /// <summary>Writes what was appended; the frame is not needed any more.</summary>
    public void Flush()
    {
        foreach (ref ProduceItem item in Items)
        {
            if (item.Ticket.IsNone)
            {
                continue;
            }

            ErrorCode error = item.Partition!.Flush(item.Log!, item.Ticket);
            item.Ticket = default;
            item.Log = null;
            if (error != ErrorCode.None)
            {
                item.Fail(error);
            }
        }

        Verification.Release();
    }

    /// <summary>The coordinator of its transaction is asked; nothing is appended yet.</summary>
    public void AwaitVerification(int timeLimitMs) => WaitFor(timeLimitMs);

    public void EndVerificationWait() => StopWaiting();

    /// <summary>Answers, or waits for what the acknowledgement asks for.</summary>
    public void Settle()
    {
        if (acks == 0 || IsAcknowledged)
        {
            Answer(isTimeUp: false);
            return;
        }

        AddWaiters();
        slot.Waiter = this;
        WaitFor(Math.Max(timeoutMs, 0));
        if (IsAcknowledged)
        {
            // The watermark moved while the waiters were put in.
            Answer(isTimeUp: false);
        }
    }

    public override void OnAbandoned(ResponseSlot abandoned) => Answer(isTimeUp: false);

    public override void OnTimeUp()
    {
        if (Verification.IsWaiting)
        {
            Verification.GiveUp();
        }
        else
        {
            Answer(isTimeUp: true);
        }
    }

    public override void OnStopping()
    {
        // Otherwise it waits for the disk, which comes.
        if (Verification.IsWaiting)
        {
            Verification.GiveUp();
        }
    }

    protected override void OnSignal()
    {
        if (IsAcknowledged)
        {
            Answer(isTimeUp: false);
        }
    }

    protected override void Recycle()
    {
        Items.Clear();
        topics.AsSpan(0, topicCount).Clear();
        slot = null!;
        itemCount = 0;
        topicCount = 0;
        namesLength = 0;
        Reactor.Produces.Return(this);
    }

    /// <summary>None where the append is acknowledged, an error where it never will be, null while it may be.</summary>
    private ErrorCode? Outcome(in ProduceItem item)
    {
        PartitionLog? log = item.Partition!.Log;
        if (log is null || log.IsOffline)
        {
            return ErrorCode.KafkaStorageError;
        }

        if (!item.Partition.Leadership.IsLeader)
        {
            return ErrorCode.NotLeaderOrFollower;
        }

        // One replica's word is enough, unless that word is to be on its disk: the watermark follows the disk then.
        bool waits = acks == -1 || log.Config.FlushesBeforeAck;
        return !waits || log.HighWatermark >= item.RequiredOffset ? ErrorCode.None : null;
    }

    private void AddWaiters()
    {
        foreach (ref readonly ProduceItem item in Items)
        {
            if (!item.IsAppended || Outcome(item) is not null)
            {
                continue;
            }

            if (waiterCount == waiters.Count)
            {
                waiters.Add(new PartitionWaiter(this));
            }

            PartitionWaiter waiter = waiters[waiterCount++];
            waiter.Bound = ReadBound.HighWatermark;
            waiter.Offset = item.RequiredOffset - 1;
            item.Partition!.AckWaiters.Add(waiter);
        }
    }

    private void Answer(bool isTimeUp)
    {
        for (; waiterCount > 0; waiterCount--)
        {
            PartitionWaiter waiter = waiters[waiterCount - 1];
            waiter.List?.Remove(waiter);
        }

        bool failed = false;
        foreach (ref ProduceItem item in Items)
        {
            if (acks != 0 && item.IsAppended)
            {
                ErrorCode error = Outcome(item) ?? (isTimeUp ? ErrorCode.RequestTimedOut : ErrorCode.None);
                if (error != ErrorCode.None)
                {
                    item.Fail(error);
                }
            }

            failed |= item.Error != ErrorCode.None;
        }

        ResponseSlot answered = slot;
        if (answered.IsAbandoned)
        {
            answered.CompleteWithoutResponse();
        }
        else if (acks == 0)
        {
            // The producer asked for no answer: closing is the only way to tell it that something went wrong.
            Complete(answered, failed);
        }
        else
        {
            Write(answered);
            answered.Complete();
        }

        End();
    }

    private static void Complete(ResponseSlot answered, bool failed)
    {
        if (failed)
        {
            answered.CloseWithoutResponse();
        }
        else
        {
            answered.CompleteWithoutResponse();
        }
    }

    private void Write(ResponseSlot answered)
    {
        Span<byte> body = Reactor.Scratch(SizeMax());
        ProduceResponseWriter writer = new(body, version);
        int answeredTopics = 0;
        foreach (ref readonly ProduceTopic topic in topics.AsSpan(0, topicCount))
        {
            answeredTopics += topic.PartitionCount > 0 ? 1 : 0;
        }

        writer.Begin(answeredTopics);
        int next = 0;
        foreach (ref readonly ProduceTopic topic in topics.AsSpan(0, topicCount))
        {
            if (topic.PartitionCount == 0)
            {
                continue;
            }

            writer.BeginTopic(names.AsSpan(topic.NameStart, topic.NameLength), topic.Id, topic.PartitionCount);
            foreach (ref readonly ProduceItem item in items.AsSpan(next, topic.PartitionCount))
            {
                WritePartition(ref writer, item);
            }

            next += topic.PartitionCount;
            writer.EndTopic();
        }

        writer.End(throttleTimeMs: 0);
        BrokerReactor.WriteHeader(
            answered, ApiFacts.Of(ApiKey.Produce).ResponseHeaderVersion(version), correlationId);
        answered.Append(body[..writer.Position]);
    }

    private static void WritePartition(scoped ref ProduceResponseWriter writer, in ProduceItem item)
    {
        if (item.Error == ErrorCode.None)
        {
            writer.Partition(item.Index, ErrorCode.None, item.BaseOffset, item.LogAppendTimeMs, item.LogStartOffset);
            return;
        }

        LeaderIdAndEpoch leader = LeaderIdAndEpoch.None;
        if (item.Error == ErrorCode.NotLeaderOrFollower && item.Partition is { } partition)
        {
            PartitionLeadership known = partition.Leadership;
            leader = new LeaderIdAndEpoch(known.LeaderId, known.LeaderEpoch);
        }

        writer.Partition(
            item.Index,
            item.Error,
            item.BaseOffset,
            item.LogAppendTimeMs,
            item.LogStartOffset,
            item.Refusal?.Records ?? [],
            NullableUtf8.From(item.Refusal?.Message),
            leader);
    }

    private int SizeMax()
    {
        int size = ProduceResponseWriter.FixedBytesMax + namesLength
            + (topicCount * ProduceResponseWriter.TopicBytesMax)
            + (itemCount * ProduceResponseWriter.PartitionBytesMax);
        foreach (ref readonly ProduceItem item in Items)
        {
            if (item.Refusal is { } refusal)
            {
                size += refusal.Message?.Length ?? 0;
                foreach (RecordError record in refusal.Records)
                {
                    size += ProduceResponseWriter.RecordErrorBytesMax + (record.Message?.Length ?? 0);
                }
            }
        }

        return size;
    }

    private static void Grow<T>(ref T[] array, int count)
    {
        if (count == array.Length)
        {
            Array.Resize(ref array, count * 2);
        }
    }
}
