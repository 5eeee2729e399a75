using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Runtime;

/// <summary>
/// One partition of a coordinator's topic while this broker leads it: its state machine, and what is under way to its
/// log. A decision's records are applied at once, so that the next decision sees them, and gathered into a batch; one
/// batch is in flight at a time, the next is gathered meanwhile. An answer leaves when the high watermark has passed
/// everything that its operation could see, reads included, so nobody is shown what may still be taken back. Where an
/// append fails, everything since is taken back and its operations are told. Owned by one loop.
/// </summary>
internal sealed class CoordinatorPartition<TShard>
    where TShard : CoordinatorShard
{
    private readonly int index;
    private readonly CoordinatorLoop loop;
    private readonly CoordinatorRuntimeOptions options;
    private readonly IReplicatedLog log;
    private readonly LogArea lines;
    private readonly Func<int, UndoLog, ShardTimers, TShard> makeShard;
    private readonly Queue<PendingBatch> sealedBatches = new();
    private readonly Queue<(long Offset, PendingOperation Operation)> uncommitted = new();
    private readonly LingerDeadline linger;
    private UndoLog undo = new();
    private ShardTimers timers;
    private TShard shard;
    private CoordinatorLoader? loader;
    private PendingBatch? gathering;
    private PendingBatch? inFlight;
    private long nextOffset;
    private long highWatermark;
    private bool sendsAtIdle;

    public CoordinatorPartition(
        int index, int leaderEpoch, CoordinatorLoop loop, CoordinatorRuntimeOptions options, IReplicatedLog log,
        LogArea lines, Func<int, UndoLog, ShardTimers, TShard> makeShard)
    {
        this.index = index;
        this.loop = loop;
        this.options = options;
        this.log = log;
        this.lines = lines;
        this.makeShard = makeShard;
        LeaderEpoch = leaderEpoch;
        linger = new LingerDeadline(this);
        (timers, shard) = Renew();
    }

    public int LeaderEpoch { get; private set; }

    public CoordinatorState State { get; private set; } = CoordinatorState.Loading;

    public LoadProgress Progress => loader is null
        ? new LoadProgress(State, nextOffset, nextOffset, 0, 0)
        : loader.Progress with { State = State };

    /// <summary>Reads the log from its start and becomes active, or failed.</summary>
    public void Load()
    {
        (timers, shard) = Renew();
        shard.OnLeaderEpoch(LeaderEpoch);
        State = CoordinatorState.Loading;
        loader = new CoordinatorLoader(index, shard, log, loop, options.LoadBytesMax, lines, OnLoaded);
        loader.Start();
    }

    /// <summary>This broker stays the leader, in a newer epoch.</summary>
    public void StayLeader(int leaderEpoch)
    {
        if (leaderEpoch > LeaderEpoch)
        {
            LeaderEpoch = leaderEpoch;
            shard.OnLeaderEpoch(leaderEpoch);
        }
    }

    /// <summary>Tells everybody who waits that this broker is not the coordinator any more.</summary>
    public void Close()
    {
        State = CoordinatorState.Closed;
        Discard();
    }

    public ErrorCode Check() => State switch
    {
        CoordinatorState.Active => ErrorCode.None,
        CoordinatorState.Loading => ErrorCode.CoordinatorLoadInProgress,
        _ => ErrorCode.NotCoordinator,
    };

    /// <summary>Decides, applies, and answers when it is committed.</summary>
    public void Write<TResponse>(
        Func<TShard, long, Decided<TResponse>> decide, Action<ErrorCode, TResponse?> answer, in Producer producer)
    {
        ErrorCode refusal = Check();
        if (refusal != ErrorCode.None)
        {
            answer(refusal, default);
            return;
        }

        long mark = undo.Mark;
        Decided<TResponse> decided = decide(shard, loop.Clock.WallMs);
        Action<ErrorCode>? done = decided.Decision.Done;
        PendingOperation operation = new(loop.Deadlines, error =>
        {
            done?.Invoke(error);
            answer(error, error == ErrorCode.None ? decided.Response : default);
        });
        Append(decided.Decision, mark, operation, producer);
    }

    /// <summary>
    /// Reads, and answers once all that could be seen is committed. A read that saw what was then taken back is done
    /// again, so that it never fails for another's sake.
    /// </summary>
    public void Read<TResponse>(Func<TShard, long, TResponse> read, Action<ErrorCode, TResponse?> answer)
    {
        ErrorCode refusal = Check();
        if (refusal != ErrorCode.None)
        {
            answer(refusal, default);
            return;
        }

        TResponse response = read(shard, loop.Clock.WallMs);
        AwaitAll(new PendingOperation(loop.Deadlines, error =>
        {
            if (error is not (ErrorCode.None or ErrorCode.RequestTimedOut) && State == CoordinatorState.Active)
            {
                Read(read, answer);
                return;
            }

            answer(error, error == ErrorCode.None ? response : default);
        }));
    }

    /// <summary>Appends a transaction's end marker and applies it.</summary>
    public void EndTransaction(in Producer producer, in TransactionEnd end, Action<ErrorCode> answer)
    {
        ErrorCode refusal = Check();
        if (refusal != ErrorCode.None)
        {
            answer(refusal);
            return;
        }

        Seal();
        gathering = new PendingBatch
        {
            BaseOffset = nextOffset,
            UndoMark = undo.Mark,
            ProducerId = producer.Id,
            ProducerEpoch = producer.Epoch,
            End = end with { TimestampMs = loop.Clock.WallMs },
        };
        gathering.Operations.Add(new PendingOperation(loop.Deadlines, answer));
        shard.ApplyMarker(producer.Id, producer.Epoch, end.IsCommit);
        nextOffset++;
        Seal();
        Send();
    }

    public void HighWatermarkMoved(long offset)
    {
        highWatermark = Math.Max(highWatermark, offset);
        while (uncommitted.TryPeek(out (long Offset, PendingOperation Operation) first)
            && first.Offset <= highWatermark)
        {
            uncommitted.Dequeue();
            first.Operation.Finish(ErrorCode.None);
        }
    }

    private void Append(in Decision decision, long mark, PendingOperation operation, in Producer producer)
    {
        if (decision.Records.Count == 0)
        {
            AwaitAll(operation);
            return;
        }

        long nowMs = loop.Clock.WallMs;
        List<PendingBatch.Entry> entries = new(decision.Records.Count);
        int size = 0;
        foreach (CoordinatorRecord record in decision.Records)
        {
            PendingBatch.Entry entry = new(
                nowMs, CoordinatorRecordFormat.EncodeKey(record), CoordinatorRecordFormat.EncodeValue(record));
            entries.Add(entry);
            size = decision.IsAtomic ? size + entry.SizeMax : Math.Max(size, entry.SizeMax);
        }

        if (BatchLayout.HeaderSize + size > log.BatchBytesMax)
        {
            undo.RevertTo(mark);
            operation.Finish(ErrorCode.RecordListTooLarge);
            return;
        }

        if (producer.IsPresent || (decision.IsAtomic && !HasRoomFor(size)))
        {
            Seal();
        }

        for (int at = 0; at < entries.Count; at++)
        {
            Gather(entries[at], at == 0 ? mark : undo.Mark, producer);
            if (decision.AppliesRecords)
            {
                shard.Apply(nextOffset, producer.Id, decision.Records[at]);
            }

            nextOffset++;
        }

        gathering!.Operations.Add(operation);
        if (producer.IsPresent)
        {
            Seal();
        }

        SendSoon();
    }

    private bool HasRoomFor(int size) => gathering is null || gathering.HasRoomFor(size, log.BatchBytesMax);

    private void Gather(in PendingBatch.Entry entry, long mark, in Producer producer)
    {
        if (!HasRoomFor(entry.SizeMax))
        {
            Seal();
        }

        gathering ??= new PendingBatch
        {
            BaseOffset = nextOffset,
            UndoMark = mark,
            ProducerId = producer.Id,
            ProducerEpoch = producer.Epoch,
            TransactionGuard = producer.Guard,
        };
        gathering.Add(entry);
    }

    // Without records: whatever the operation saw has to be committed before it is answered.
    private void AwaitAll(PendingOperation operation)
    {
        PendingBatch? last = gathering ?? (sealedBatches.Count > 0 ? sealedBatches.Last() : inFlight);
        if (last is not null)
        {
            last.Operations.Add(operation);
            return;
        }

        AwaitCommit(nextOffset, operation);
    }

    private void AwaitCommit(long offset, PendingOperation operation)
    {
        if (offset <= highWatermark)
        {
            operation.Finish(ErrorCode.None);
            return;
        }

        uncommitted.Enqueue((offset, operation));
        loop.Deadlines.Arm(operation, loop.Clock.MonotonicMs + options.WriteTimeoutMs);
    }

    private void Seal()
    {
        if (gathering is not null)
        {
            sealedBatches.Enqueue(gathering);
            gathering = null;
            loop.Deadlines.Cancel(linger);
        }
    }

    private void SendSoon()
    {
        if (options.AppendLingerMs == 0 || sealedBatches.Count > 0)
        {
            Send();
        }
        else if (options.AppendLingerMs > 0)
        {
            if (!linger.IsArmed)
            {
                loop.Deadlines.Arm(linger, loop.Clock.MonotonicMs + options.AppendLingerMs);
            }
        }
        else if (!sendsAtIdle)
        {
            sendsAtIdle = true;
            loop.PostAtIdle(SendAtIdle);
        }
    }

    private void SendAtIdle()
    {
        sendsAtIdle = false;
        Send();
    }

    private void Send()
    {
        if (inFlight is not null || State != CoordinatorState.Active)
        {
            return;
        }

        if (sealedBatches.Count == 0)
        {
            Seal();
        }

        if (!sealedBatches.TryDequeue(out inFlight))
        {
            return;
        }

        PendingBatch batch = inFlight;
        log.Append(new LogAppend(
            batch.Build(loop.Builder, options.Codec),
            batch.TransactionGuard,
            batch.End?.TransactionVersion ?? 0,
            (error, next) => loop.Post(() => OnAppended(batch, error, next))));
    }

    private void OnAppended(PendingBatch batch, ErrorCode error, long next)
    {
        if (!ReferenceEquals(inFlight, batch))
        {
            return;
        }

        if (error != ErrorCode.None)
        {
            OnAppendFailed(batch, error);
            return;
        }

        if (next != batch.NextOffset)
        {
            lines.Error(
                $"Partition {index}: the log is at {next} where {batch.NextOffset} was expected; loading anew.");
            Discard();
            Load();
            return;
        }

        inFlight = null;
        PendingBatch? following = sealedBatches.Count > 0 ? sealedBatches.Peek() : gathering;
        undo.ForgetBefore(following?.UndoMark ?? undo.Mark);
        foreach (PendingOperation operation in batch.Operations)
        {
            AwaitCommit(batch.NextOffset, operation);
        }

        Send();
    }

    private void OnAppendFailed(PendingBatch batch, ErrorCode error)
    {
        lines.Warn($"Partition {index}: appending {batch.NextOffset - batch.BaseOffset} records failed: {error}.");
        undo.RevertTo(batch.UndoMark);
        nextOffset = batch.BaseOffset;

        // What a producer's transaction has done wrong is nobody else's fault: the others try again.
        ErrorCode ofOthers = batch.IsTransactional ? ErrorCode.CoordinatorLoadInProgress : error;
        foreach (PendingOperation operation in TakeUnsent())
        {
            operation.Finish(batch.Operations.Contains(operation) ? error : ofOthers);
        }
    }

    private List<PendingOperation> TakeUnsent()
    {
        List<PendingOperation> operations = [];
        operations.AddRange(inFlight?.Operations ?? []);
        foreach (PendingBatch batch in sealedBatches)
        {
            operations.AddRange(batch.Operations);
        }

        operations.AddRange(gathering?.Operations ?? []);
        inFlight = null;
        gathering = null;
        sealedBatches.Clear();
        loop.Deadlines.Cancel(linger);
        return operations;
    }

    private void Discard()
    {
        loader?.Stop();
        loader = null;
        timers.IsClosed = true;
        State = State == CoordinatorState.Active ? CoordinatorState.Closed : State;
        List<PendingOperation> operations = [];
        foreach ((_, PendingOperation operation) in uncommitted)
        {
            operations.Add(operation);
        }

        uncommitted.Clear();
        operations.AddRange(TakeUnsent());
        foreach (PendingOperation operation in operations)
        {
            operation.Finish(ErrorCode.NotCoordinator);
        }

        shard.OnUnloaded();
    }

    private (ShardTimers Timers, TShard Shard) Renew()
    {
        undo = new UndoLog();
        ShardTimers renewed = new(loop, FireTimer);
        return (renewed, makeShard(index, undo, renewed));
    }

    private void FireTimer(ShardTimer timer) => Write(
        (_, nowMs) => new Decided<bool>(true, timer.Decide(nowMs)), static (_, _) => { }, Producer.None);

    private void OnLoaded(bool succeeded, long endOffset)
    {
        if (!succeeded)
        {
            State = CoordinatorState.Failed;
            return;
        }

        nextOffset = endOffset;
        highWatermark = Math.Max(highWatermark, log.HighWatermark);
        undo.IsRecording = true;
        State = CoordinatorState.Active;
        shard.OnLoaded(loop.Clock.WallMs);
    }

    private sealed class LingerDeadline(CoordinatorPartition<TShard> partition) : Deadline
    {
        protected override void Expire(long nowMs) => partition.Send();
    }
}
