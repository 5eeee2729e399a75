namespace Millrace.Loadgen;

/// <summary>
/// Starting → Idle → (Joining →) Producing → Ending → Idle. Whatever fails for good goes back to Starting, which ends
/// the open transaction at the coordinator.
/// </summary>
internal enum TransactionStep
{
    /// <summary>Needs an identity.</summary>
    Starting,

    /// <summary>Waits until the next transaction is due.</summary>
    Idle,

    /// <summary>Tells the coordinator which partitions it will write to; not with transaction version 2.</summary>
    Joining,

    Producing,

    Ending,
}
