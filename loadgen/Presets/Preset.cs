namespace Millrace.Loadgen;

/// <summary>A workload with a name. Immutable.</summary>
/// <param name="Name">As it is asked for, and as the report calls it.</param>
/// <param name="About">One line that says what it is like.</param>
/// <param name="Plan">Who does what.</param>
internal sealed record Preset(string Name, string About, RunPlan Plan)
{
    /// <summary>Runs before, unmeasured, for topics that must not be empty; null where they may.</summary>
    public RunPlan? Fill { get; init; }
}
