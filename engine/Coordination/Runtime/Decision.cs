using Millrace.Protocol;

namespace Millrace.Coordination.Runtime;

/// <summary>What a write operation wants done: records to append, and how.</summary>
public readonly record struct Decision()
{
    /// <summary>In their order; empty where nothing has to be remembered.</summary>
    public IReadOnlyList<CoordinatorRecord> Records { get; init; } = [];

    /// <summary>
    /// False where the records are a picture of what the operation has changed already: a classic group lives in
    /// memory, with clients waiting in it, and its record is written from it.
    /// </summary>
    public bool AppliesRecords { get; init; } = true;

    /// <summary>False where records may go into several batches, each of which makes sense alone.</summary>
    public bool IsAtomic { get; init; } = true;

    /// <summary>
    /// Called on the loop once the records are committed, or with the error that kept them from it. Before the
    /// operation's own answer.
    /// </summary>
    public Action<ErrorCode>? Done { get; init; }

    /// <summary>Nothing to append.</summary>
    public static Decision Nothing => new();
}

/// <summary>A decision, and what to answer when it is committed.</summary>
public readonly record struct Decided<TResponse>(TResponse Response, Decision Decision);
