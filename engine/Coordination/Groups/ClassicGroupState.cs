namespace Millrace.Coordination.Groups;

/// <summary>
/// Where a classic group is. Legal ways: Empty to PreparingRebalance; PreparingRebalance to CompletingRebalance or
/// Empty; CompletingRebalance to Stable or PreparingRebalance; Stable to PreparingRebalance; all to Dead.
/// </summary>
internal enum ClassicGroupState : byte
{
    /// <summary>Nobody is in it; it is kept for its offsets.</summary>
    Empty,

    /// <summary>Members are awaited with their subscriptions.</summary>
    PreparingRebalance,

    /// <summary>The leader's assignment is awaited.</summary>
    CompletingRebalance,

    Stable,

    /// <summary>Not coordinated here any more.</summary>
    Dead,
}
