using Millrace.Coordination.Runtime;

namespace Millrace.Coordination.Groups;

/// <summary>Runs out when nothing was heard of a member, or of somebody who was told to come back with an id.</summary>
internal sealed class SessionTimer(ClassicRebalance rebalance, ClassicGroup group, string memberId) : ShardTimer
{
    public override Decision Decide(long nowMs) => rebalance.ExpireSession(group, memberId, nowMs);
}

/// <summary>Runs out when those who have not joined are not waited for any longer.</summary>
internal sealed class JoinTimer(ClassicRebalance rebalance, ClassicGroup group) : ShardTimer
{
    /// <summary>Set for a group's first rebalance, which waits for more members to come up.</summary>
    public bool IsInitial { get; set; }

    public int DelayMs { get; set; }

    public int RemainingMs { get; set; }

    public override Decision Decide(long nowMs) => IsInitial
        ? rebalance.ContinueInitialDelay(group, this, nowMs)
        : rebalance.ExpireJoin(group, nowMs);
}

/// <summary>Runs out when a member has joined a generation but never asked for its assignment.</summary>
internal sealed class SyncTimer(ClassicRebalance rebalance, ClassicGroup group) : ShardTimer
{
    public int Generation { get; set; }

    public override Decision Decide(long nowMs) => rebalance.ExpireSync(group, Generation, nowMs);
}

/// <summary>When offsets and groups are looked through for what has expired.</summary>
internal sealed class RetentionTimer(GroupShard shard) : ShardTimer
{
    public override Decision Decide(long nowMs) => shard.Retention.RemoveExpired(nowMs);
}
