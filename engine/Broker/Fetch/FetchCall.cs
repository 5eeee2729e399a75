using Millrace.Base;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// A Fetch request from its frame to its answer. It looks at its partitions, and where they have too little, waits in
/// their lists until one of them gets on or the time is up; then it looks again and answers. A look that would wait for
/// the disk is made by another thread, to which the request belongs meanwhile. Pooled by its reactor, on whose thread
/// it lives; nothing is allocated once its arrays have grown.
/// </summary>
internal sealed partial class FetchCall : WaitingRequest
{
    private readonly List<PartitionWaiter> waiters = [];
    private readonly List<Storage.AbortedTransaction> aborted = [];
    private FetchItem[] items = new FetchItem[4];
    private FetchTopic[] topics = new FetchTopic[4];
    private byte[] names = new byte[256];
    private int itemCount;
    private int topicCount;
    private int namesLength;
    private int waiterCount;
    private int refusedCount;
    private FetchTerms terms;
    private ResponseSlot slot = null!;
    private ColdLook? coldLook;

    // The last look was cut short, another thread looks, and the answer is due whatever it finds.
    private bool wouldWait;
    private bool isApart;
    private bool isTimeUp;

    // The session, or the wish for one.
    private FetchSession? session;
    private int sessionEpoch;
    private bool wantsSession;

    public FetchCall(BrokerReactor reactor)
        : base(reactor)
    {
    }

    /// <summary>Next one of the pool.</summary>
    public FetchCall? Next { get; set; }

    private Span<FetchItem> Items => items.AsSpan(0, itemCount);

    public void Begin(ResponseSlot answer, in FetchTerms asked)
    {
        Restart();
        slot = answer;
        terms = asked;
    }

    /// <summary>The answer goes by a session that exists.</summary>
    public void GoBy(FetchSession existing, int requestEpoch)
    {
        session = existing;
        sessionEpoch = requestEpoch;
    }

    /// <summary>A session is to be made when the request is answered.</summary>
    public void WishForSession() => wantsSession = true;

    /// <summary>Adds a partition.</summary>
    /// <param name="name">Its topic's name in UTF-8, up to version 12.</param>
    /// <param name="topicId">Its topic's id from version 13 on; else zero.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="partition">Null where it is refused.</param>
    /// <param name="refusal">Why it is, or none.</param>
    /// <param name="remembered">The session's memory of it.</param>
    public void Add(
        ReadOnlySpan<byte> name,
        Uuid topicId,
        in FetchPartition request,
        Partition? partition,
        ErrorCode refusal,
        SessionPartition? remembered)
    {
        if (itemCount == items.Length)
        {
            Array.Resize(ref items, itemCount * 2);
        }

        refusedCount += refusal == ErrorCode.None ? 0 : 1;
        items[itemCount++] = new FetchItem
        {
            Topic = TopicOf(name, topicId),
            Request = request,
            Partition = partition,
            Refusal = refusal,
            Session = remembered,
        };
    }

    /// <summary>Answers, or waits for as much as is asked for.</summary>
    public void Start() => LookAndDecide();

    public override void OnAbandoned(ResponseSlot abandoned)
    {
        if (!isApart)
        {
            Leave();
        }
    }

    public override void OnTimeUp()
    {
        isTimeUp = true;
        OnSignal();
    }

    public override void OnStopping() => OnTimeUp();

    protected override void OnSignal()
    {
        if (!isApart)
        {
            LookAndDecide();
        }
    }

    /// <summary>Has another thread look where the disk would have to be waited for.</summary>
    private void LookAndDecide()
    {
        bool isEnough = Look(mayWait: false);
        if (!wouldWait)
        {
            Decide(isEnough);
            return;
        }

        ReleaseRanges();
        isApart = true;
        slot.Waiter = this;
        Reactor.RunApart(coldLook ??= new ColdLook(this));
    }

    /// <summary>The other thread has looked.</summary>
    private void OnLooked(bool isEnough)
    {
        isApart = false;
        Decide(isEnough || slot.IsAbandoned);
    }

    private void Decide(bool isEnough)
    {
        if (isEnough || isTimeUp || Reactor.IsStopping)
        {
            Answer();
            return;
        }

        ReleaseRanges();
        if (waiterCount > 0)
        {
            return;
        }

        AddWaiters();
        slot.Waiter = this;
        WaitFor(terms.MaxWaitMs);
        if (HasMoved())
        {
            OnSignal();
        }
    }

    protected override void Recycle()
    {
        Items.Clear();
        itemCount = 0;
        topicCount = 0;
        namesLength = 0;
        refusedCount = 0;
        slot = null!;
        session = null;
        wantsSession = false;
        isTimeUp = false;
        Reactor.Fetches.Return(this);
    }

    private int TopicOf(ReadOnlySpan<byte> name, Uuid topicId)
    {
        if (topicCount > 0)
        {
            ref readonly FetchTopic last = ref topics[topicCount - 1];
            if (last.Id == topicId && name.SequenceEqual(names.AsSpan(last.NameStart, last.NameLength)))
            {
                return topicCount - 1;
            }
        }

        if (topicCount == topics.Length)
        {
            Array.Resize(ref topics, topicCount * 2);
        }

        if (names.Length < namesLength + name.Length)
        {
            Array.Resize(ref names, Math.Max(names.Length * 2, namesLength + name.Length));
        }

        name.CopyTo(names.AsSpan(namesLength));
        topics[topicCount] = new FetchTopic { NameStart = namesLength, NameLength = name.Length, Id = topicId };
        namesLength += name.Length;
        return topicCount++;
    }

    /// <summary>Finds what there is of every partition, and pins it.</summary>
    /// <param name="mayWait">
    /// Whether the disk may be waited for; where not, and it would have to be, <see cref="wouldWait"/> is set.
    /// </param>
    /// <returns>Whether that is enough for an answer.</returns>
    private bool Look(bool mayWait)
    {
        wouldWait = false;
        aborted.Clear();
        int left = terms.MaxBytes;
        long found = 0;
        bool mustAnswer = terms.MaxWaitMs <= 0 || refusedCount == itemCount;
        bool minOneBatch = true;
        foreach (ref FetchItem item in Items)
        {
            if (item.Refusal != ErrorCode.None)
            {
                item.Error = item.Refusal;
                continue;
            }

            item.Plan = default;
            item.DivergingEpoch = EpochEndOffset.None;
            item.Error = Read(
                ref item, Math.Min(left, Math.Max(item.Request.PartitionMaxBytes, 0)), minOneBatch, mayWait);
            if (item.Plan.WouldWait)
            {
                wouldWait = true;
                break;
            }

            mustAnswer |= item.Error != ErrorCode.None || item.DivergingEpoch != EpochEndOffset.None;
            minOneBatch &= item.Bytes == 0;
            left = Math.Max(0, left - item.Bytes);
            found += item.Bytes;
        }

        return mustAnswer || found >= terms.MinBytes;
    }

    private ErrorCode Read(ref FetchItem item, int maxBytes, bool minOneBatch, bool mayWait)
    {
        ErrorCode error = item.Partition!.Check(
            item.Request.CurrentLeaderEpoch, terms.RequiresLeader, out PartitionLog? log);
        if (error != ErrorCode.None)
        {
            return error;
        }

        if (terms.IsFromFollower)
        {
            // No partition here has another replica that could follow.
            return ErrorCode.NotLeaderOrFollower;
        }

        if (item.Request.LastFetchedEpoch >= 0)
        {
            error = CheckDivergence(log!, ref item);
            if (error != ErrorCode.None || item.DivergingEpoch != EpochEndOffset.None)
            {
                return error;
            }
        }

        item.AbortedStart = aborted.Count;
        item.Plan = log!.Read(
            item.Request.FetchOffset,
            maxBytes,
            terms.Bound,
            minOneBatch,
            new Span<Storage.FileRange>(ref item.Range),
            terms.IsCommitted ? aborted : null,
            mayWait);
        item.AbortedCount = aborted.Count - item.AbortedStart;
        if (item.Plan.Error == ErrorCode.None && item.Plan.FirstBatchIncomplete)
        {
            // Half a batch is of no use to anybody; it comes whole once it is the first of an answer (KIP-74).
            item.Range.Release();
            item.Plan = item.Plan with { RangeCount = 0, Bytes = 0 };
        }

        return item.Plan.Error;
    }

    /// <summary>A follower whose last epoch ended elsewhere has to cut its log there (KIP-595).</summary>
    private static ErrorCode CheckDivergence(PartitionLog log, ref FetchItem item)
    {
        EpochEnd end = log.EndOfEpoch(item.Request.LastFetchedEpoch);
        if (end == EpochEnd.Unknown)
        {
            return ErrorCode.OffsetOutOfRange;
        }

        if (end.Epoch < item.Request.LastFetchedEpoch || end.EndOffset < item.Request.FetchOffset)
        {
            item.DivergingEpoch = new EpochEndOffset(end.Epoch, end.EndOffset);
            item.Plan = log.Offsets();
        }

        return ErrorCode.None;
    }

    private void ReleaseRanges()
    {
        foreach (ref FetchItem item in Items)
        {
            if (item.Bytes > 0)
            {
                item.Range.Release();
                item.Range = default;
                item.Plan = item.Plan with { RangeCount = 0, Bytes = 0 };
            }
        }
    }

    private void AddWaiters()
    {
        foreach (ref readonly FetchItem item in Items)
        {
            if (item.Refusal != ErrorCode.None)
            {
                continue;
            }

            if (waiterCount == waiters.Count)
            {
                waiters.Add(new PartitionWaiter(this));
            }

            PartitionWaiter waiter = waiters[waiterCount++];
            waiter.Bound = terms.Bound;
            waiter.Offset = item.Request.FetchOffset;
            item.Partition!.FetchWaiters.Add(waiter);
        }
    }

    /// <summary>Whether a partition got on between the look and the moment at which it knew of the waiter.</summary>
    private bool HasMoved()
    {
        foreach (ref readonly FetchItem item in Items)
        {
            if (item.Refusal != ErrorCode.None)
            {
                continue;
            }

            ErrorCode error = item.Partition!.Check(
                item.Request.CurrentLeaderEpoch, terms.RequiresLeader, out PartitionLog? log);
            if (error != ErrorCode.None)
            {
                return true;
            }

            ReadPlan now = log!.Offsets();
            long upper = terms.IsCommitted ? now.LastStableOffset : now.HighWatermark;
            if (upper != item.Plan.UpperOffset)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Nobody waits for the answer any more.</summary>
    private void Leave()
    {
        RemoveWaiters();
        slot.CompleteWithoutResponse();
        End();
    }

    private void RemoveWaiters()
    {
        for (; waiterCount > 0; waiterCount--)
        {
            PartitionWaiter waiter = waiters[waiterCount - 1];
            waiter.List?.Remove(waiter);
        }
    }

    private sealed class ColdLook(FetchCall call) : ColdWork
    {
        private bool isEnough;

        protected override void RunApart(Span<byte> scratch) => isEnough = call.Look(mayWait: true);

        protected override void Run(Reactor reactor) => call.OnLooked(isEnough);
    }
}
