using Millrace.Coordination.Runtime;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// A transaction that is decided and on its way to be complete. Lives in memory: a load begins it anew from the record
/// of the decision. Legal stages: Committing to Marking to Completing, and from each to itself, to try again. Owned by
/// its partition's loop.
/// </summary>
internal sealed class Completion(TransactionCompletions completions, Transaction prepared) : ShardTimer
{
    public Transaction Prepared { get; } = prepared;

    public CompletionStage Stage { get; set; } = CompletionStage.Committing;

    /// <summary>The partitions that have no marker yet.</summary>
    public PartitionSet Remaining { get; set; } = prepared.Partitions;

    /// <summary>The marker that is under way; answers to others are passed over.</summary>
    public TransactionMarker? Marker { get; set; }

    /// <summary>Those who wait for the end, as they want to begin the next transaction.</summary>
    public List<EndWaiter> Waiters { get; } = [];

    /// <summary>How often the stage was tried in vain.</summary>
    public int Failures { get; set; }

    public override Decision Decide(long nowMs) => completions.Continue(this, nowMs);
}

/// <summary>
/// Somebody who waits for the end of a transaction, for some time. Owned by its partition's loop.
/// </summary>
/// <param name="among">All who wait for the same.</param>
/// <param name="goOn">What is to happen then, or when the time is up.</param>
internal sealed class EndWaiter(List<EndWaiter> among, Action goOn) : ShardTimer
{
    public void GoOn() => goOn();

    public override Decision Decide(long nowMs)
    {
        among.Remove(this);
        goOn();
        return Decision.Nothing;
    }
}

/// <summary>What a decided transaction waits for.</summary>
internal enum CompletionStage : byte
{
    /// <summary>That the record of the decision is committed: before that no marker may go out.</summary>
    Committing,

    /// <summary>That every partition has its marker.</summary>
    Marking,

    /// <summary>That the record of the end is committed.</summary>
    Completing,
}
