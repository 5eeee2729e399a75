using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>
/// What members of classic groups do once they have joined: sync, heartbeat, leave. Owned by its partition's loop.
/// </summary>
internal sealed class ClassicMembership(GroupShard shard, ClassicRebalance rebalance, LogArea lines)
{
    public Decision Sync(SyncGroupRequest request, Reply<SyncGroupResponse> reply, long nowMs)
    {
        ClassicGroup? group = shard.FindClassic(request.GroupId);
        ErrorCode error = group is null || group.IsEmpty ? ErrorCode.UnknownMemberId : CheckSync(group, request);
        if (error != ErrorCode.None)
        {
            reply.Send(Failures.Sync(error));
            return Decision.Nothing;
        }

        ClassicMember member = group!.Members[request.MemberId];
        if (group.State == ClassicGroupState.PreparingRebalance)
        {
            reply.Send(Failures.Sync(ErrorCode.RebalanceInProgress));
            return Decision.Nothing;
        }

        rebalance.RemovePendingSync(group, member.Id);
        if (group.State == ClassicGroupState.Stable)
        {
            reply.Send(new SyncGroupResponse
            {
                ProtocolType = group.ProtocolType, ProtocolName = group.ProtocolName, Assignment = member.Assignment,
            });
            return Decision.Nothing;
        }

        // One that asks twice has given the first up; Kafka never answers that, which would hold a connection up.
        ClassicGroup.AnswerSync(member, Failures.Sync(ErrorCode.RebalanceInProgress));
        member.Sync = reply;
        return group.IsLeader(member.Id) ? TakeAssignments(group, request) : Decision.Nothing;
    }

    public HeartbeatResponse Heartbeat(HeartbeatRequest request)
    {
        ClassicGroup? group = shard.FindClassic(request.GroupId);
        if (group is null)
        {
            return Failures.Heartbeat(ErrorCode.UnknownMemberId);
        }

        ErrorCode error = group.State == ClassicGroupState.Dead
            ? ErrorCode.CoordinatorNotAvailable
            : group.CheckMember(request.MemberId, request.GroupInstanceId);
        if (error == ErrorCode.None && request.GenerationId != group.Generation)
        {
            error = ErrorCode.IllegalGeneration;
        }

        if (error != ErrorCode.None)
        {
            return Failures.Heartbeat(error);
        }

        rebalance.RestartSession(group, group.Members[request.MemberId]);
        return Failures.Heartbeat(
            group.State == ClassicGroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None);
    }

    /// <summary>Takes members out, in the form of versions 3 and later.</summary>
    public Decided<LeaveGroupResponse> Leave(LeaveGroupRequest request, long nowMs)
    {
        ClassicGroup? group = shard.FindClassic(request.GroupId);
        if (group?.State == ClassicGroupState.Dead)
        {
            return new(
                new LeaveGroupResponse { ErrorCode = (short)ErrorCode.CoordinatorNotAvailable }, Decision.Nothing);
        }

        LeaveGroupResponse.MemberResponse[] members = new LeaveGroupResponse.MemberResponse[request.Members.Length];
        bool anyLeft = false;
        for (int at = 0; at < members.Length; at++)
        {
            LeaveGroupRequest.MemberIdentity identity = request.Members[at];
            ErrorCode error = group is null ? ErrorCode.UnknownMemberId : Leave(group, identity);
            anyLeft |= error == ErrorCode.None;
            members[at] = new LeaveGroupResponse.MemberResponse
            {
                MemberId = identity.MemberId, GroupInstanceId = identity.GroupInstanceId, ErrorCode = (short)error,
            };
        }

        Decision decision = !anyLeft ? Decision.Nothing : group!.State switch
        {
            ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance =>
                rebalance.Prepare(group, "members left", nowMs),
            ClassicGroupState.PreparingRebalance => rebalance.CompleteIfAllJoined(group, nowMs),
            _ => Decision.Nothing,
        };
        return new(new LeaveGroupResponse { Members = members }, decision);
    }

    private static ErrorCode CheckSync(ClassicGroup group, SyncGroupRequest request)
    {
        if (group.State == ClassicGroupState.Dead)
        {
            return ErrorCode.CoordinatorNotAvailable;
        }

        ErrorCode error = group.CheckMember(request.MemberId, request.GroupInstanceId);
        if (error != ErrorCode.None)
        {
            return error;
        }

        if (request.GenerationId != group.Generation)
        {
            return ErrorCode.IllegalGeneration;
        }

        bool isOtherType = request.ProtocolType is not null && request.ProtocolType != group.ProtocolType;
        bool isOtherName = request.ProtocolName is not null && request.ProtocolName != group.ProtocolName;
        return isOtherType || isOtherName ? ErrorCode.InconsistentGroupProtocol : ErrorCode.None;
    }

    private Decision TakeAssignments(ClassicGroup group, SyncGroupRequest request)
    {
        Dictionary<string, byte[]> assignments = [];
        foreach (SyncGroupRequest.SyncGroupRequestAssignment assignment in request.Assignments)
        {
            assignments[assignment.MemberId] = assignment.Assignment;
        }

        int generation = group.Generation;
        return new Decision
        {
            Records = [GroupRecords.OfGroup(group, assignments)],
            AppliesRecords = false,
            Done = error => OnAssignmentsWritten(group, generation, assignments, error),
        };
    }

    private void OnAssignmentsWritten(
        ClassicGroup group, int generation, Dictionary<string, byte[]> assignments, ErrorCode error)
    {
        // Meanwhile another member may have come or gone, and with that another rebalance begun.
        if (group.State != ClassicGroupState.CompletingRebalance || group.Generation != generation)
        {
            return;
        }

        long nowMs = shard.WallMs;
        if (error != ErrorCode.None)
        {
            ErrorCode told = WriteErrors.ToGroupError(error);
            rebalance.ResetAssignments(group, told);
            rebalance.Prepare(group, $"writing the assignments failed: {error}", nowMs);
            return;
        }

        foreach (ClassicMember member in group.Members.Values)
        {
            member.Assignment = assignments.GetValueOrDefault(member.Id, []);
        }

        rebalance.SpreadAssignments(group, ErrorCode.None);
        group.TransitionTo(ClassicGroupState.Stable, nowMs);
    }

    private ErrorCode Leave(ClassicGroup group, LeaveGroupRequest.MemberIdentity identity)
    {
        string memberId = identity.MemberId;
        if (memberId.Length == 0)
        {
            // An admin knows a static member by its instance id only (KIP-345).
            if (identity.GroupInstanceId is null
                || !group.StaticMembers.TryGetValue(identity.GroupInstanceId, out string? known))
            {
                return ErrorCode.UnknownMemberId;
            }

            memberId = known;
        }
        else if (group.PendingJoins.ContainsKey(memberId))
        {
            rebalance.StopPendingMember(group, memberId);
            return ErrorCode.None;
        }
        else
        {
            ErrorCode error = group.CheckMember(memberId, identity.GroupInstanceId);
            if (error != ErrorCode.None)
            {
                return error;
            }
        }

        lines.Info($"Group {group.Id}: {memberId} left: {identity.Reason ?? "no reason given"}.");
        ClassicMember member = group.Members[memberId];
        rebalance.StopSession(member);
        group.AnswerJoin(member, Failures.Join("", ErrorCode.UnknownMemberId));
        ClassicGroup.AnswerSync(member, Failures.Sync(ErrorCode.UnknownMemberId));
        group.Remove(memberId);
        return ErrorCode.None;
    }
}
