namespace Millrace.Coordination.Transactions;

/// <summary>
/// Where a transactional id is, by Kafka's numbers, as its records have them. Legal ways: from Empty, CompleteCommit
/// and CompleteAbort to Empty, Ongoing and, under transaction version 2, PrepareAbort, as a producer may abort a
/// transaction that never reached here; from Ongoing to Ongoing, PrepareCommit and PrepareAbort; from PrepareCommit to
/// CompleteCommit; from PrepareAbort to CompleteAbort. From states without an open transaction an id may be forgotten.
/// Kafka's two passing states, Dead and PrepareEpochFence, are never written; they exist here as names of filters.
/// </summary>
public enum TransactionState : byte
{
    /// <summary>The id has a producer and no transaction yet.</summary>
    Empty = 0,

    /// <summary>Partitions have been added.</summary>
    Ongoing = 1,

    /// <summary>Committed: decided, and the markers are on their way.</summary>
    PrepareCommit = 2,

    /// <summary>Aborted: decided, and the markers are on their way.</summary>
    PrepareAbort = 3,

    /// <summary>Every partition has its marker.</summary>
    CompleteCommit = 4,

    /// <summary>Every partition has its marker.</summary>
    CompleteAbort = 5,

    Dead = 6,

    PrepareEpochFence = 7,
}

/// <summary>What is legal for the states of a transactional id.</summary>
internal static class TransactionStates
{
    /// <summary>Whether its outcome is decided and not yet everywhere.</summary>
    public static bool IsEnding(this TransactionState state) =>
        state is TransactionState.PrepareCommit or TransactionState.PrepareAbort;

    /// <summary>Whether nothing is open, so that the id may begin anew or be forgotten.</summary>
    public static bool IsIdle(this TransactionState state) =>
        state is TransactionState.Empty or TransactionState.CompleteCommit or TransactionState.CompleteAbort;

    public static bool MayBecome(this TransactionState state, TransactionState next) => next switch
    {
        TransactionState.Empty => state.IsIdle(),
        TransactionState.Ongoing or TransactionState.PrepareAbort =>
            state == TransactionState.Ongoing || state.IsIdle(),
        TransactionState.PrepareCommit => state == TransactionState.Ongoing,
        TransactionState.CompleteCommit => state == TransactionState.PrepareCommit,
        TransactionState.CompleteAbort => state == TransactionState.PrepareAbort,
        _ => false,
    };
}
