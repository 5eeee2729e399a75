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

    /// <summary>How often the stage was tried in vain.</summary>
    public int Failures { get; set; }

    public override Decision Decide(long nowMs) => completions.Continue(this, nowMs);
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
