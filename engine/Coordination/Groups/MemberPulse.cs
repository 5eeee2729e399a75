namespace Millrace.Coordination.Groups;

/// <summary>
/// What a heartbeat has to be held against while its group is stable, so that it needs no turn of the group's loop. The
/// generation is written by that loop, the time by whoever takes the heartbeat. About 150 bytes a member with its
/// place in the table.
/// </summary>
/// <param name="groupId">In UTF-8.</param>
/// <param name="memberId">In UTF-8.</param>
/// <param name="instanceId">In UTF-8; null for a member that is not static.</param>
internal sealed class MemberPulse(byte[] groupId, byte[] memberId, byte[]? instanceId)
{
    private const int NoGeneration = -1;

    private int generation = NoGeneration;
    private long heardMs = long.MinValue;

    public byte[] MemberId { get; } = memberId;

    /// <summary>When the last heartbeat came this way, monotonic, in ms; far back where none did.</summary>
    public long HeardMs => Volatile.Read(ref heardMs);

    /// <summary>The group is stable in this generation.</summary>
    public void Begin(int stableGeneration) => Volatile.Write(ref generation, stableGeneration);

    /// <summary>The group is not stable any more: heartbeats go to its loop.</summary>
    public void End() => Volatile.Write(ref generation, NoGeneration);

    /// <returns>Whether the member is as it says, in a stable group: then all is well, and it was heard.</returns>
    public bool TryBeat(
        ReadOnlySpan<byte> group, int ofGeneration, bool hasInstance, ReadOnlySpan<byte> instance, long nowMs)
    {
        if (ofGeneration < 0
            || ofGeneration != Volatile.Read(ref generation)
            || !group.SequenceEqual(groupId)
            || (hasInstance && (instanceId is null || !instance.SequenceEqual(instanceId))))
        {
            return false;
        }

        Volatile.Write(ref heardMs, nowMs);
        return true;
    }
}
