namespace Millrace.Storage.Simulation;

/// <summary>
/// Which calls on a simulated disk fail, and how: named ones by their number, or any of a kind by chance. Counts all
/// calls, so that a test can first run without faults and then fail each call in turn. Thread-safe through its file
/// system's lock.
/// </summary>
public sealed class FaultPlan
{
    private readonly Dictionary<Operation, long> seen = [];
    private readonly List<Fault> faults = [];
    private (Random Random, double Probability, IoError Error, Operation[] Kinds)? chance;
    private long total;

    /// <summary>Calls of all kinds so far.</summary>
    public long Total => total;

    /// <summary>Faults that have struck so far.</summary>
    public long Struck { get; private set; }

    /// <summary>Calls of one kind so far.</summary>
    public long Count(Operation kind) => seen.GetValueOrDefault(kind);

    /// <summary>Fails one call.</summary>
    /// <param name="kind">Its kind, or null for any.</param>
    /// <param name="nth">Its number among the calls from now on, 1 for the next.</param>
    /// <param name="error">What it answers.</param>
    /// <param name="bytesBefore">Of a write, what reaches the file before it fails.</param>
    /// <param name="pathContains">Counts only calls on paths with this in them.</param>
    public void FailNth(Operation? kind, long nth, IoError error, long bytesBefore = 0, string? pathContains = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nth, 1);
        faults.Add(new Fault(kind, error, bytesBefore, pathContains) { Left = nth });
    }

    /// <summary>Fails every call of a kind from now on.</summary>
    public void FailAll(Operation kind, IoError error, string? pathContains = null) =>
        faults.Add(new Fault(kind, error, 0, pathContains) { Left = 1, Stays = true });

    /// <summary>Fails calls of some kinds by chance, with a write's bytes cut anywhere.</summary>
    public void FailByChance(Random random, double probability, IoError error, params Operation[] kinds) =>
        chance = (random, probability, error, kinds);

    /// <summary>No call fails from now on.</summary>
    public void Clear()
    {
        faults.Clear();
        chance = null;
    }

    internal IoError Strike(Operation kind, string path, long bytes, out long bytesBefore)
    {
        total++;
        seen[kind] = seen.GetValueOrDefault(kind) + 1;
        bytesBefore = 0;
        for (int index = 0; index < faults.Count; index++)
        {
            Fault fault = faults[index];
            if ((fault.Kind is null || fault.Kind == kind)
                && (fault.PathContains is null || path.Contains(fault.PathContains, StringComparison.Ordinal))
                && --fault.Left <= 0)
            {
                if (!fault.Stays)
                {
                    faults.RemoveAt(index);
                }

                bytesBefore = Math.Min(fault.BytesBefore, bytes);
                Struck++;
                return fault.Error;
            }
        }

        if (chance is { } odds && odds.Kinds.Contains(kind) && odds.Random.NextDouble() < odds.Probability)
        {
            bytesBefore = bytes > 0 ? odds.Random.NextInt64(bytes + 1) : 0;
            Struck++;
            return odds.Error;
        }

        return IoError.None;
    }

    private sealed record Fault(Operation? Kind, IoError Error, long BytesBefore, string? PathContains)
    {
        public long Left { get; set; }

        public bool Stays { get; init; }
    }
}
