using System.Collections.Concurrent;
using Millrace.Base;

namespace Millrace.Coordination.Groups;

/// <summary>
/// The members of stable groups by their ids, for heartbeats: looked up by any thread without a lock or memory, written
/// by the loops of the groups. Should two groups ever have a member of one id, the second's heartbeats go to its loop.
/// </summary>
internal sealed class PulseTable
{
    private readonly ConcurrentDictionary<byte[], MemberPulse> byMember = new(Utf8Comparer.Instance);
    private readonly ConcurrentDictionary<byte[], MemberPulse>.AlternateLookup<ReadOnlySpan<byte>> byMemberSpan;

    public PulseTable() => byMemberSpan = byMember.GetAlternateLookup<ReadOnlySpan<byte>>();

    public void Add(MemberPulse pulse) => byMember.TryAdd(pulse.MemberId, pulse);

    public void Remove(MemberPulse pulse) => byMember.TryRemove(new(pulse.MemberId, pulse));

    /// <inheritdoc cref="MemberPulse.TryBeat"/>
    public bool TryBeat(
        ReadOnlySpan<byte> group, int generation, ReadOnlySpan<byte> member, bool hasInstance,
        ReadOnlySpan<byte> instance, long nowMs) =>
        byMemberSpan.TryGetValue(member, out MemberPulse? pulse)
        && pulse.TryBeat(group, generation, hasInstance, instance, nowMs);
}
