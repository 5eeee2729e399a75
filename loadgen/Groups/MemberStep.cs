namespace Millrace.Loadgen;

/// <summary>Joining → Syncing → Stable → Joining; from Stable also → Leaving → Joining, or → Gone at the end.</summary>
internal enum MemberStep
{
    /// <summary>Has to join, or waits for the others to.</summary>
    Joining,

    /// <summary>Asks for its part.</summary>
    Syncing,

    /// <summary>Commits and beats.</summary>
    Stable,

    Leaving,

    Gone,
}
