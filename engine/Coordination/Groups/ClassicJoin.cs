using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>
/// Lets members into classic groups: new ones, those that come back with the id they were given, static ones that come
/// back without any, and members that rejoin. Owned by its partition's loop.
/// </summary>
internal sealed class ClassicJoin(GroupShard shard, GroupOptions options, ClassicRebalance rebalance, IMemberIds ids)
{
    // From this version on a new member is sent back once, with an id to come with (KIP-394).
    private const short VersionRequiringMemberId = 4;

    // From this version on a leader can be told that its group needs no new assignment (KIP-814).
    private const short VersionSkippingAssignment = 9;

    public Decision Join(GroupClient client, JoinGroupRequest request, Reply<JoinGroupResponse> reply, long nowMs)
    {
        bool isUnknown = request.MemberId.Length == 0;
        ClassicGroup? group = shard.FindClassic(request.GroupId);
        List<CoordinatorRecord> removals = [];
        if (group is null && !shard.TryMakeRoomForClassic(request.GroupId, removals, isDryRun: !isUnknown))
        {
            reply.Send(Failures.Join("", ErrorCode.InconsistentGroupProtocol));
            return Decision.Nothing;
        }

        if (group is null && !isUnknown)
        {
            reply.Send(Failures.Join(request.MemberId, ErrorCode.UnknownMemberId));
            return Decision.Nothing;
        }

        bool isNewGroup = group is null;
        group ??= shard.CreateClassic(request.GroupId, nowMs);
        Decision decision;
        if (!HasRoomFor(group, request.MemberId))
        {
            group.Remove(request.MemberId);
            reply.Send(Failures.Join("", ErrorCode.GroupMaxSizeReached));
            decision = Decision.Nothing;
        }
        else
        {
            decision = isUnknown
                ? JoinNew(client, request, group, reply, nowMs)
                : JoinKnown(client, request, group, reply, nowMs);
        }

        if (!isNewGroup || decision.Records.Count > 0)
        {
            return decision;
        }

        removals.Add(GroupRecords.OfNewGroup(group));
        return new Decision
        {
            Records = removals,
            AppliesRecords = false,
            Done = error => AnswerUnwritten(reply, error),
        };
    }

    private static void AnswerUnwritten(Reply<JoinGroupResponse> reply, ErrorCode error)
    {
        if (error != ErrorCode.None)
        {
            reply.Send(Failures.Join("", WriteErrors.ToGroupError(error)));
        }
    }

    private bool HasRoomFor(ClassicGroup group, string memberId) => group.State switch
    {
        ClassicGroupState.PreparingRebalance =>
            (group.Members.TryGetValue(memberId, out ClassicMember? member) && member.IsAwaitingJoin)
            || group.AwaitingJoinCount < options.SizeMax,
        ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable =>
            group.Members.ContainsKey(memberId) || group.Members.Count < options.SizeMax,
        _ => true,
    };

    private Decision JoinNew(
        GroupClient client, JoinGroupRequest request, ClassicGroup group, Reply<JoinGroupResponse> reply, long nowMs)
    {
        if (!group.Supports(request.ProtocolType, request.Protocols))
        {
            reply.Send(Failures.Join("", ErrorCode.InconsistentGroupProtocol));
            return Decision.Nothing;
        }

        string newId = ids.Next(request.GroupInstanceId ?? client.ClientId);
        if (request.GroupInstanceId is { } instanceId)
        {
            return group.StaticMembers.TryGetValue(instanceId, out string? oldId)
                ? ReplaceStatic(client, request, group, (oldId, newId), reply, nowMs)
                : AddMember(client, request, group, newId, reply, nowMs);
        }

        if (client.ApiVersion < VersionRequiringMemberId)
        {
            return AddMember(client, request, group, newId, reply, nowMs);
        }

        rebalance.AwaitPendingMember(group, newId, request.SessionTimeoutMs);
        reply.Send(Failures.Join(newId, ErrorCode.MemberIdRequired));
        return Decision.Nothing;
    }

    private Decision JoinKnown(
        GroupClient client, JoinGroupRequest request, ClassicGroup group, Reply<JoinGroupResponse> reply, long nowMs)
    {
        string memberId = request.MemberId;
        if (!group.Supports(request.ProtocolType, request.Protocols))
        {
            reply.Send(Failures.Join(memberId, ErrorCode.InconsistentGroupProtocol));
            return Decision.Nothing;
        }

        if (group.PendingJoins.ContainsKey(memberId))
        {
            if (request.GroupInstanceId is not null)
            {
                // Static members are never sent back for an id, so this client makes one up.
                reply.Send(Failures.Join(memberId, ErrorCode.UnknownMemberId));
                return Decision.Nothing;
            }

            return AddMember(client, request, group, memberId, reply, nowMs);
        }

        ErrorCode error = group.CheckMember(memberId, request.GroupInstanceId);
        if (error != ErrorCode.None)
        {
            reply.Send(Failures.Join(memberId, error));
            return Decision.Nothing;
        }

        return Rejoin(request, group, group.Members[memberId], reply, nowMs);
    }

    private Decision Rejoin(
        JoinGroupRequest request, ClassicGroup group, ClassicMember member, Reply<JoinGroupResponse> reply, long nowMs)
    {
        bool isLeader = group.IsLeader(member.Id);
        bool isUnchanged = member.Matches(request.Protocols);
        switch (group.State)
        {
            // Nothing new: the join's answer was lost, so it is given once more.
            case ClassicGroupState.CompletingRebalance when isUnchanged:
                reply.Send(JoinAnswers.OfGeneration(group, member.Id, isLeader));
                return Decision.Nothing;

            // A leader that rejoins wants a rebalance, as for new partitions of its topics; others need a reason.
            case ClassicGroupState.Stable when isUnchanged && !isLeader:
                reply.Send(JoinAnswers.OfGeneration(group, member.Id, withMembers: false));
                return Decision.Nothing;

            case ClassicGroupState.PreparingRebalance:
            case ClassicGroupState.CompletingRebalance:
            case ClassicGroupState.Stable:
                group.Update(member, request, reply);
                return rebalance.PrepareOrComplete(
                    group, $"{member.Id} joined again: {request.Reason ?? "no reason given"}", nowMs);

            default:
                reply.Send(Failures.Join(member.Id, ErrorCode.UnknownMemberId));
                return Decision.Nothing;
        }
    }

    private Decision AddMember(
        GroupClient client, JoinGroupRequest request, ClassicGroup group, string memberId,
        Reply<JoinGroupResponse> reply, long nowMs)
    {
        rebalance.StopPendingMember(group, memberId);
        ClassicMember member = new()
        {
            Id = memberId,
            InstanceId = request.GroupInstanceId,
            ClientId = client.ClientId,
            ClientHost = client.ClientHost,
            ProtocolType = request.ProtocolType,
            RebalanceTimeoutMs = request.RebalanceTimeoutMs,
            SessionTimeoutMs = request.SessionTimeoutMs,
            Protocols = request.Protocols,
            Join = reply,
            IsNew = true,
        };
        if (group.State == ClassicGroupState.PreparingRebalance && group.PreviousState == ClassicGroupState.Empty)
        {
            group.HasNewMember = true;
        }

        group.Add(member);
        rebalance.RestartSession(group, member, options.NewMemberTimeoutMs);
        return rebalance.PrepareOrComplete(
            group, $"{memberId} joined: {request.Reason ?? "no reason given"}", nowMs);
    }

    private Decision ReplaceStatic(
        GroupClient client, JoinGroupRequest request, ClassicGroup group, (string Old, string New) memberIds,
        Reply<JoinGroupResponse> reply, long nowMs)
    {
        string? leaderBefore = group.LeaderId;
        rebalance.StopSession(group.Members[memberIds.Old]);
        ClassicMember member = group.ReplaceStatic(request.GroupInstanceId!, memberIds.Old, memberIds.New);
        rebalance.RestartSession(group, member);
        (var protocols, int rebalanceMs, int sessionMs) =
            (member.Protocols, member.RebalanceTimeoutMs, member.SessionTimeoutMs);
        group.Update(member, request, reply);
        string reason = $"static member {member.InstanceId} came back: {request.Reason ?? "no reason given"}";
        switch (group.State)
        {
            case ClassicGroupState.Stable when group.ProtocolName == group.SelectProtocol():
                return new Decision
                {
                    Records = [GroupRecords.OfGroup(group, AssignmentsOf(group))],
                    AppliesRecords = false,
                    Done = error =>
                    {
                        if (error == ErrorCode.None)
                        {
                            AnswerReturned(client, group, member, leaderBefore);
                            return;
                        }

                        group.Update(member, new JoinGroupRequest
                        {
                            Protocols = protocols, RebalanceTimeoutMs = rebalanceMs, SessionTimeoutMs = sessionMs,
                        }, reply: null);
                        rebalance.StopSession(member);
                        ClassicMember old = group.ReplaceStatic(member.InstanceId!, member.Id, memberIds.Old);
                        rebalance.RestartSession(group, old);
                        reply.Send(Failures.Join("", WriteErrors.ToGroupError(error)));
                    },
                };
            case ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance:
                return rebalance.Prepare(group, reason, nowMs);
            default:
                return rebalance.CompleteIfAllJoined(group, nowMs);
        }
    }

    // A static member that comes back as it was takes its assignment up again without troubling the others (KIP-345).
    private static void AnswerReturned(
        GroupClient client, ClassicGroup group, ClassicMember member, string? leaderBefore)
    {
        bool canSkip = client.ApiVersion >= VersionSkippingAssignment;
        bool isLeader = group.IsLeader(member.Id);
        JoinGroupResponse response = JoinAnswers.OfGeneration(group, member.Id, canSkip && isLeader);
        response.SkipAssignment = canSkip && isLeader;

        // An older leader would assign anew if it learned that it leads, so it is told of the id that it had
        // (KIP-814).
        response.Leader = canSkip ? response.Leader : leaderBefore ?? "";
        group.AnswerJoin(member, response);
    }

    private static Dictionary<string, byte[]> AssignmentsOf(ClassicGroup group)
    {
        Dictionary<string, byte[]> assignments = [];
        foreach (ClassicMember member in group.Members.Values)
        {
            assignments[member.Id] = member.Assignment;
        }

        return assignments;
    }
}
