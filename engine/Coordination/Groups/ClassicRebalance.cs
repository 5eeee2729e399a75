using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>
/// Takes classic groups from one generation to the next: who is waited for, how long, who is thrown out. Owned by its
/// partition's loop.
/// </summary>
internal sealed class ClassicRebalance(GroupShard shard, GroupOptions options, ShardTimers timers, LogArea lines)
{
    public void RestartSession(ClassicGroup group, ClassicMember member) =>
        RestartSession(group, member, member.SessionTimeoutMs);

    public void RestartSession(ClassicGroup group, ClassicMember member, int timeoutMs)
    {
        member.Session ??= new SessionTimer(this, group, member.Id);
        timers.Arm(member.Session, timeoutMs);
    }

    public void StopSession(ClassicMember member)
    {
        if (member.Session is not null)
        {
            timers.Cancel(member.Session);
        }
    }

    /// <summary>Gives out an id that is to come back within the session timeout (KIP-394).</summary>
    public void AwaitPendingMember(ClassicGroup group, string memberId, int timeoutMs)
    {
        SessionTimer timer = new(this, group, memberId);
        group.PendingJoins[memberId] = timer;
        timers.Arm(timer, timeoutMs);
    }

    public void StopPendingMember(ClassicGroup group, string memberId)
    {
        if (group.PendingJoins.Remove(memberId, out SessionTimer? timer))
        {
            timers.Cancel(timer);
        }
    }

    public void StopAll(ClassicGroup group)
    {
        foreach (ClassicMember member in group.Members.Values)
        {
            StopSession(member);
        }

        foreach (SessionTimer timer in group.PendingJoins.Values)
        {
            timers.Cancel(timer);
        }

        StopJoinTimer(group);
        StopSyncTimer(group);
    }

    public Decision PrepareOrComplete(ClassicGroup group, string reason, long nowMs) =>
        group.CanRebalance ? Prepare(group, reason, nowMs) : CompleteIfAllJoined(group, nowMs);

    public Decision Prepare(ClassicGroup group, string reason, long nowMs)
    {
        if (group.State == ClassicGroupState.CompletingRebalance)
        {
            ResetAssignments(group, ErrorCode.RebalanceInProgress);
        }

        group.PendingSyncs.Clear();
        StopSyncTimer(group);
        bool isInitial = group.IsEmpty;
        group.TransitionTo(ClassicGroupState.PreparingRebalance, nowMs);
        lines.Info($"Group {group.Id}: rebalance after generation {group.Generation} ({reason}).");
        if (!isInitial)
        {
            return CompleteElseWait(group, nowMs);
        }

        // The first members of a group come one after the other: waiting a little for more saves a rebalance for each.
        ArmInitialDelay(
            group, options.InitialRebalanceDelayMs,
            Math.Max(group.RebalanceTimeoutMs() - options.InitialRebalanceDelayMs, 0));
        return Decision.Nothing;
    }

    /// <summary>Ends the join where nobody is waited for; the first rebalance ends by its delay alone.</summary>
    public Decision CompleteIfAllJoined(ClassicGroup group, long nowMs) =>
        group.State == ClassicGroupState.PreparingRebalance
            && group.PreviousState != ClassicGroupState.Empty
            && group.HaveAllJoined
            ? CompleteJoin(group, nowMs)
            : Decision.Nothing;

    public Decision ContinueInitialDelay(ClassicGroup group, JoinTimer timer, long nowMs)
    {
        if (!shard.IsCurrent(group))
        {
            return Decision.Nothing;
        }

        if (!group.HasNewMember || timer.RemainingMs == 0)
        {
            return CompleteJoin(group, nowMs);
        }

        group.HasNewMember = false;
        int delayMs = Math.Min(options.InitialRebalanceDelayMs, timer.RemainingMs);
        ArmInitialDelay(group, delayMs, Math.Max(timer.RemainingMs - timer.DelayMs, 0));
        return Decision.Nothing;
    }

    public Decision ExpireJoin(ClassicGroup group, long nowMs) =>
        shard.IsCurrent(group) && group.State == ClassicGroupState.PreparingRebalance
            ? CompleteJoin(group, nowMs)
            : Decision.Nothing;

    public Decision ExpireSession(ClassicGroup group, string memberId, long nowMs)
    {
        if (!shard.IsCurrent(group) || group.State == ClassicGroupState.Dead)
        {
            return Decision.Nothing;
        }

        if (group.PendingJoins.ContainsKey(memberId))
        {
            group.Remove(memberId);
            return group.State == ClassicGroupState.PreparingRebalance && group.HaveAllJoined
                ? CompleteJoin(group, nowMs)
                : Decision.Nothing;
        }

        if (!group.Members.TryGetValue(memberId, out ClassicMember? member) || member.HasSatisfiedHeartbeat)
        {
            return Decision.Nothing;
        }

        if (member.Pulse is { } pulse && pulse.HeardMs > shard.MonotonicMs - member.SessionTimeoutMs)
        {
            // Its heartbeats did not come to this loop, and so did not put the timer off.
            timers.Arm(member.Session!, pulse.HeardMs + member.SessionTimeoutMs - shard.MonotonicMs);
            return Decision.Nothing;
        }

        lines.Info($"Group {group.Id}: member {memberId} was not heard of for its session timeout, removing it.");
        group.AnswerJoin(member, Failures.Join("", ErrorCode.UnknownMemberId));
        group.Remove(memberId);
        return group.State switch
        {
            ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance =>
                Prepare(group, $"session of {memberId} expired", nowMs),
            ClassicGroupState.PreparingRebalance when group.HaveAllJoined => CompleteJoin(group, nowMs),
            _ => Decision.Nothing,
        };
    }

    public Decision ExpireSync(ClassicGroup group, int generation, long nowMs)
    {
        bool isRunning = group.State is ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable;
        if (!shard.IsCurrent(group) || generation != group.Generation || !isRunning || group.PendingSyncs.Count == 0)
        {
            return Decision.Nothing;
        }

        string[] late = [.. group.PendingSyncs];
        foreach (string memberId in late)
        {
            StopSession(group.Members[memberId]);
            group.Remove(memberId);
        }

        return Prepare(group, $"{late.Length} members never asked for their assignment", nowMs);
    }

    /// <summary>A member's sync has come, so that it is not waited for any longer.</summary>
    public void RemovePendingSync(ClassicGroup group, string memberId)
    {
        group.PendingSyncs.Remove(memberId);
        if (group.PendingSyncs.Count == 0)
        {
            StopSyncTimer(group);
        }
    }

    /// <summary>Tells every member that waits what is its, or why there is nothing.</summary>
    public void SpreadAssignments(ClassicGroup group, ErrorCode error)
    {
        bool isGood = error == ErrorCode.None;
        foreach (ClassicMember member in group.Members.Values)
        {
            bool waited = ClassicGroup.AnswerSync(member, new SyncGroupResponse
            {
                ProtocolType = isGood ? group.ProtocolType : null,
                ProtocolName = isGood ? group.ProtocolName : null,
                Assignment = member.Assignment,
                ErrorCode = (short)error,
            });
            if (waited)
            {
                RestartSession(group, member);
            }
        }
    }

    public void ResetAssignments(ClassicGroup group, ErrorCode error)
    {
        foreach (ClassicMember member in group.Members.Values)
        {
            member.Assignment = [];
        }

        SpreadAssignments(group, error);
    }

    private Decision CompleteElseWait(ClassicGroup group, long nowMs)
    {
        if (group.HaveAllJoined)
        {
            return CompleteJoin(group, nowMs);
        }

        ArmRebalanceTimeout(group);
        return Decision.Nothing;
    }

    private Decision CompleteJoin(ClassicGroup group, long nowMs)
    {
        StopJoinTimer(group);
        RemoveAbsent(group);
        if (group.State == ClassicGroupState.Dead)
        {
            return Decision.Nothing;
        }

        if (!group.TryElectJoinedLeader() && group.Members.Count > 0)
        {
            // Only static members are left, and none of them came: they keep their places for one timeout more.
            ArmRebalanceTimeout(group);
            return Decision.Nothing;
        }

        group.HasNewMember = false;
        group.BeginGeneration(nowMs);
        if (group.IsEmpty)
        {
            return new Decision
            {
                Records = [GroupRecords.OfGroup(group, new Dictionary<string, byte[]>())],
                AppliesRecords = false,
            };
        }

        AnswerJoins(group);
        return Decision.Nothing;
    }

    private void RemoveAbsent(ClassicGroup group)
    {
        foreach (ClassicMember member in group.Members.Values.ToArray())
        {
            if (!member.IsAwaitingJoin && !member.IsStatic)
            {
                StopSession(member);
                group.Remove(member.Id);
            }
        }
    }

    private void AnswerJoins(ClassicGroup group)
    {
        lines.Info($"Group {group.Id}: generation {group.Generation} has {group.Members.Count} members.");
        foreach (ClassicMember member in group.Members.Values)
        {
            group.AnswerJoin(member, JoinAnswers.OfGeneration(group, member.Id, group.IsLeader(member.Id)));
            RestartSession(group, member);
            member.IsNew = false;
            group.PendingSyncs.Add(member.Id);
        }

        group.SyncTimer ??= new SyncTimer(this, group);
        group.SyncTimer.Generation = group.Generation;
        timers.Arm(group.SyncTimer, group.RebalanceTimeoutMs());
    }

    private void ArmInitialDelay(ClassicGroup group, int delayMs, int remainingMs)
    {
        JoinTimer timer = group.JoinTimer ??= new JoinTimer(this, group);
        (timer.IsInitial, timer.DelayMs, timer.RemainingMs) = (true, delayMs, remainingMs);
        timers.Arm(timer, delayMs);
    }

    private void ArmRebalanceTimeout(ClassicGroup group)
    {
        JoinTimer timer = group.JoinTimer ??= new JoinTimer(this, group);
        timer.IsInitial = false;
        timers.Arm(timer, group.RebalanceTimeoutMs());
    }

    private void StopJoinTimer(ClassicGroup group)
    {
        if (group.JoinTimer is not null)
        {
            timers.Cancel(group.JoinTimer);
        }
    }

    private void StopSyncTimer(ClassicGroup group)
    {
        if (group.SyncTimer is not null)
        {
            timers.Cancel(group.SyncTimer);
        }
    }
}
