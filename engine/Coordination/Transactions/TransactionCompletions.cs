using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// Brings what is decided to its end: once the decision is committed, markers to all partitions, and when all have
/// theirs, the record that says so. What fails is tried again until it is done or this broker is not the coordinator
/// any more. Owned by its partition's loop.
/// </summary>
internal sealed class TransactionCompletions(
    TransactionShard shard, TransactionOptions options, ShardTimers timers, MarkerGathering gathering, LogArea lines)
{
    // Enough doublings of any sensible wait to reach its maximum.
    private const int FailuresMax = 16;

    private readonly Dictionary<string, Completion> completions = [];
    private readonly List<EndWaiter> idle = [];
    private bool isStopped;

    public int Count => completions.Count;

    /// <summary>The partitions that a decided transaction still has to mark.</summary>
    public PartitionSet RemainingOf(Transaction transaction) =>
        completions.TryGetValue(transaction.Id, out Completion? completion)
        && ReferenceEquals(completion.Prepared, transaction)
            ? completion.Remaining
            : transaction.Partitions;

    /// <summary>The records of decisions are committed, or are not known to be.</summary>
    public void OnPrepared(IReadOnlyList<Transaction> prepared, ErrorCode error)
    {
        foreach (Transaction transaction in prepared)
        {
            if (isStopped || !shard.IsCurrent(transaction))
            {
                // Taken back, or the partition's new coordinator sees to it.
                continue;
            }

            if (error == ErrorCode.None)
            {
                Mark(Begin(transaction));
            }
            else
            {
                Await(transaction);
            }
        }
    }

    /// <summary>
    /// Takes up what nobody is bringing to its end: what was loaded, or whose commit took too long to be told.
    /// </summary>
    public void TakeUp(Transaction transaction)
    {
        if (!completions.ContainsKey(transaction.Id))
        {
            Await(transaction);
        }
    }

    /// <summary>Has something done when a transaction has come to its end, or the time is up.</summary>
    public void Await(string id, long waitMs, Action goOn)
    {
        if (shard.Find(id)?.State.IsEnding() != true)
        {
            goOn();
            return;
        }

        // Where nobody is bringing it to its end yet, the time alone counts.
        List<EndWaiter> among = completions.TryGetValue(id, out Completion? completion) ? completion.Waiters : idle;
        EndWaiter waiter = new(among, goOn);
        among.Add(waiter);
        timers.Arm(waiter, waitMs);
    }

    public void Stop()
    {
        isStopped = true;
        Completion[] stopped = [.. completions.Values];
        completions.Clear();
        foreach (Completion completion in stopped)
        {
            Release(completion);
        }

        Release(idle);
    }

    /// <summary>Does the next step of a transaction whose time has come.</summary>
    public Decision Continue(Completion completion, long nowMs)
    {
        if (!IsCurrent(completion))
        {
            return Decision.Nothing;
        }

        switch (completion.Stage)
        {
            case CompletionStage.Committing:
                // Nothing to write, but it waits until all that was written before is committed.
                return new Decision { Done = error => OnPrepared([completion.Prepared], error) };
            case CompletionStage.Marking:
                Mark(completion);
                return Decision.Nothing;
            default:
                return new Decision
                {
                    Records = [shard.RecordOf(completion.Prepared.Complete(nowMs))],
                    Done = error => OnCompleted(completion, error),
                };
        }
    }

    private Completion Begin(Transaction transaction)
    {
        if (completions.TryGetValue(transaction.Id, out Completion? known))
        {
            if (ReferenceEquals(known.Prepared, transaction))
            {
                return known;
            }

            Release(known);
        }

        return completions[transaction.Id] = new Completion(this, transaction);
    }

    private void Await(Transaction transaction) => TryAgain(Begin(transaction));

    private void TryAgain(Completion completion)
    {
        long delayMs = Math.Min(options.RetryMs << completion.Failures, options.RetryMsMax);
        completion.Failures = Math.Min(completion.Failures + 1, FailuresMax);
        timers.Arm(completion, delayMs);
    }

    private bool IsCurrent(Completion completion) =>
        !isStopped
        && completions.TryGetValue(completion.Prepared.Id, out Completion? current)
        && ReferenceEquals(current, completion);

    private void Mark(Completion completion)
    {
        completion.Stage = CompletionStage.Marking;
        timers.Cancel(completion);
        if (completion.Remaining.IsEmpty)
        {
            Advance(completion);
            return;
        }

        Transaction prepared = completion.Prepared;
        completion.Marker = new TransactionMarker(
            prepared.ProducerId,
            prepared.ProducerEpoch,
            shard.LeaderEpoch,
            prepared.State == TransactionState.PrepareCommit,
            prepared.ClientVersion,
            [.. completion.Remaining],
            (marker, outcomes) => gathering.Post(() => OnMarked(completion, marker, outcomes)));
        gathering.Add(completion.Marker);
    }

    private void OnMarked(Completion completion, TransactionMarker marker, MarkerOutcome[] outcomes)
    {
        if (!IsCurrent(completion) || !ReferenceEquals(completion.Marker, marker))
        {
            return;
        }

        Invariant.That(outcomes.Length == marker.Partitions.Count, "A marker is answered for each partition.");
        List<TransactionPartition> ended = [];
        bool isFenced = false;
        for (int index = 0; index < outcomes.Length; index++)
        {
            isFenced |= outcomes[index] == MarkerOutcome.Fenced;
            if (outcomes[index] is MarkerOutcome.Written or MarkerOutcome.Gone)
            {
                ended.Add(marker.Partitions[index]);
            }
        }

        completion.Marker = null;
        completion.Remaining = completion.Remaining.Without(ended);
        if (completion.Remaining.IsEmpty)
        {
            Advance(completion);
            return;
        }

        if (isFenced)
        {
            // A newer coordinator is at work; this one hears of that soon. If it should not, the next try does no harm.
            lines.Warn($"Markers of transactional id {completion.Prepared.Id} are fenced by {completion.Remaining}.");
            completion.Failures = FailuresMax;
        }

        TryAgain(completion);
    }

    private void Advance(Completion completion)
    {
        completion.Stage = CompletionStage.Completing;
        completion.Failures = 0;
        timers.Arm(completion, 0);
    }

    private void OnCompleted(Completion completion, ErrorCode error)
    {
        if (!IsCurrent(completion))
        {
            return;
        }

        if (shard.IsCurrent(completion.Prepared))
        {
            // The end was taken back.
            TryAgain(completion);
            return;
        }

        // Where the commit just takes long, the record stands in the log, and a new coordinator would repeat it.
        completions.Remove(completion.Prepared.Id);
        Release(completion);
    }

    private void Release(Completion completion)
    {
        timers.Cancel(completion);
        Release(completion.Waiters);
    }

    private void Release(List<EndWaiter> waiting)
    {
        EndWaiter[] waiters = [.. waiting];
        waiting.Clear();
        foreach (EndWaiter waiter in waiters)
        {
            timers.Cancel(waiter);
            waiter.GoOn();
        }
    }
}
