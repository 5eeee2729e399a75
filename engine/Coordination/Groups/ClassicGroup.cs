using System.Text;
using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>
/// A classic group: its members and where they are in the dance of joining and syncing. Members live in memory and are
/// written down whole when a generation is complete, so that changes here are no records' work. An empty group costs
/// about 500 bytes. Owned by its partition's loop.
/// </summary>
internal sealed class ClassicGroup : Group
{
    public const string ConsumerProtocolType = "consumer";

    private readonly Dictionary<string, int> speakersByProtocol = [];
    private readonly PulseTable pulses;
    private string? protocolType;
    private HashSet<string>? subscribedTopics;

    public ClassicGroup(string id, PulseTable pulses, long nowMs)
        : base(id)
    {
        this.pulses = pulses;
        StateTimestampMs = nowMs;
    }

    /// <summary>As a record has it: stable with members, or empty.</summary>
    public ClassicGroup(string id, PulseTable pulses, GroupMetadataValue value)
        : base(id)
    {
        this.pulses = pulses;
        Generation = value.Generation;
        protocolType = value.ProtocolType.Length == 0 ? null : value.ProtocolType;
        ProtocolName = value.Protocol;
        LeaderId = value.Leader;
        StateTimestampMs = value.CurrentStateTimestamp;
        State = value.Members.Length == 0 ? ClassicGroupState.Empty : ClassicGroupState.Stable;
        foreach (GroupMetadataValue.MemberMetadata member in value.Members)
        {
            Add(new ClassicMember
            {
                Id = member.MemberId,
                InstanceId = member.GroupInstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                ProtocolType = value.ProtocolType,
                RebalanceTimeoutMs = member.RebalanceTimeout == -1 ? member.SessionTimeout : member.RebalanceTimeout,
                SessionTimeoutMs = member.SessionTimeout,
                Protocols = [new() { Name = value.Protocol ?? "", Metadata = member.Subscription }],
                Assignment = member.Assignment,
            });
        }

        subscribedTopics = ComputeSubscribedTopics();
    }

    public override GroupKind Kind => GroupKind.Classic;

    public override string ProtocolType => protocolType ?? "";

    public override string StateName => State.ToString();

    public override bool IsEmpty => State == ClassicGroupState.Empty;

    public ClassicGroupState State { get; private set; }

    public ClassicGroupState PreviousState { get; private set; } = ClassicGroupState.Dead;

    /// <summary>When the state was reached, in ms; -1 where an old record does not tell.</summary>
    public long StateTimestampMs { get; private set; }

    public int Generation { get; private set; }

    /// <summary>The chosen protocol, such as an assignor's name.</summary>
    public string? ProtocolName { get; private set; }

    public string? LeaderId { get; private set; }

    public Dictionary<string, ClassicMember> Members { get; } = [];

    /// <summary>Member ids by instance id.</summary>
    public Dictionary<string, string> StaticMembers { get; } = [];

    /// <summary>
    /// Ids that were given out and have not come back (KIP-394), with the timers that take them back.
    /// </summary>
    public Dictionary<string, SessionTimer> PendingJoins { get; } = [];

    /// <summary>Members of the generation that have not asked for their assignment.</summary>
    public HashSet<string> PendingSyncs { get; } = [];

    public int AwaitingJoinCount { get; private set; }

    /// <summary>Whether somebody came while the initial delay ran.</summary>
    public bool HasNewMember { get; set; }

    public JoinTimer? JoinTimer { get; set; }

    public SyncTimer? SyncTimer { get; set; }

    public bool HaveAllJoined => Members.Count == AwaitingJoinCount && PendingJoins.Count == 0;

    public bool CanRebalance => State
        is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance or ClassicGroupState.Empty;

    private bool IsConsumerProtocol => protocolType == ConsumerProtocolType;

    public bool IsLeader(string memberId) => LeaderId == memberId;

    public bool IsSpokenByAll(string protocol) => speakersByProtocol.GetValueOrDefault(protocol) == Members.Count;

    /// <summary>The longest of its members, in ms.</summary>
    public int RebalanceTimeoutMs()
    {
        int longest = 0;
        foreach (ClassicMember member in Members.Values)
        {
            longest = Math.Max(longest, member.RebalanceTimeoutMs);
        }

        return longest;
    }

    public void Add(ClassicMember member)
    {
        if (member.InstanceId is not null)
        {
            Invariant.That(
                StaticMembers.TryAdd(member.InstanceId, member.Id), "An instance has one member at a time.");
        }

        if (Members.Count == 0)
        {
            protocolType = member.ProtocolType;
        }

        LeaderId ??= member.Id;
        Members.Add(member.Id, member);
        CountSpeaker(member, 1);
        AwaitingJoinCount += member.IsAwaitingJoin ? 1 : 0;
        PendingJoins.Remove(member.Id);
    }

    public void Remove(string memberId)
    {
        if (Members.Remove(memberId, out ClassicMember? removed))
        {
            DropPulse(removed);
            CountSpeaker(removed, -1);
            AwaitingJoinCount -= removed.IsAwaitingJoin ? 1 : 0;
            if (removed.InstanceId is not null)
            {
                StaticMembers.Remove(removed.InstanceId);
            }
        }

        if (IsLeader(memberId))
        {
            LeaderId = Members.Keys.FirstOrDefault();
        }

        PendingJoins.Remove(memberId);
        PendingSyncs.Remove(memberId);
    }

    /// <summary>Takes over what a member says of itself when it rejoins.</summary>
    public void Update(ClassicMember member, JoinGroupRequest request, Reply<JoinGroupResponse>? reply)
    {
        CountSpeaker(member, -1);
        member.Protocols = request.Protocols;
        CountSpeaker(member, 1);
        member.RebalanceTimeoutMs = request.RebalanceTimeoutMs;
        member.SessionTimeoutMs = request.SessionTimeoutMs;
        if (reply is not null)
        {
            // One that asks twice has given the first up; Kafka never answers that, which would hold a connection up.
            AnswerJoin(member, Failures.Join(member.Id, ErrorCode.RebalanceInProgress));
        }

        AwaitJoin(member, reply);
    }

    /// <summary>Lets a member wait for the join's end, or not any more.</summary>
    public void AwaitJoin(ClassicMember member, Reply<JoinGroupResponse>? reply)
    {
        AwaitingJoinCount += (reply is null ? 0 : 1) - (member.IsAwaitingJoin ? 1 : 0);
        member.Join = reply;
    }

    public bool AnswerJoin(ClassicMember member, JoinGroupResponse response)
    {
        Reply<JoinGroupResponse>? reply = member.Join;
        AwaitJoin(member, null);
        reply?.Send(response);
        return reply is not null;
    }

    public static bool AnswerSync(ClassicMember member, SyncGroupResponse response)
    {
        Reply<SyncGroupResponse>? reply = member.Sync;
        member.Sync = null;
        reply?.Send(response);
        return reply is not null;
    }

    /// <summary>
    /// A static member came back under a new id: the old id is fenced, wherever it waits, and the new one has all
    /// that it had.
    /// </summary>
    public ClassicMember ReplaceStatic(string instanceId, string oldId, string newId)
    {
        Invariant.That(Members.Remove(oldId, out ClassicMember? old), "A static member is known by its id.");
        AnswerJoin(old, new JoinGroupResponse
        {
            MemberId = oldId, ProtocolName = null, ErrorCode = (short)ErrorCode.FencedInstanceId,
        });
        AnswerSync(old, new SyncGroupResponse { ErrorCode = (short)ErrorCode.FencedInstanceId });
        ClassicMember renewed = new()
        {
            Id = newId,
            InstanceId = old.InstanceId,
            ClientId = old.ClientId,
            ClientHost = old.ClientHost,
            ProtocolType = old.ProtocolType,
            RebalanceTimeoutMs = old.RebalanceTimeoutMs,
            SessionTimeoutMs = old.SessionTimeoutMs,
            Protocols = old.Protocols,
            Assignment = old.Assignment,
        };
        Members.Add(newId, renewed);
        DropPulse(old);
        if (State == ClassicGroupState.Stable)
        {
            BeginPulse(renewed);
        }

        LeaderId = IsLeader(oldId) ? newId : LeaderId;
        StaticMembers[instanceId] = newId;
        return renewed;
    }

    /// <summary>Makes one who has joined the leader where the leader has not.</summary>
    /// <returns>False where nobody has joined.</returns>
    public bool TryElectJoinedLeader()
    {
        if (LeaderId is null)
        {
            return false;
        }

        if (Members[LeaderId].IsAwaitingJoin)
        {
            return true;
        }

        foreach (ClassicMember member in Members.Values)
        {
            if (member.IsAwaitingJoin)
            {
                LeaderId = member.Id;
                return true;
            }
        }

        return false;
    }

    public ErrorCode CheckMember(string memberId, string? instanceId)
    {
        if (instanceId is not null)
        {
            if (!StaticMembers.TryGetValue(instanceId, out string? known))
            {
                return ErrorCode.UnknownMemberId;
            }

            if (known != memberId)
            {
                return ErrorCode.FencedInstanceId;
            }
        }

        return Members.ContainsKey(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    public bool Supports(string memberProtocolType, JoinGroupRequest.JoinGroupRequestProtocol[] protocols)
    {
        if (State == ClassicGroupState.Empty)
        {
            return memberProtocolType.Length > 0 && protocols.Length > 0;
        }

        return protocolType == memberProtocolType && Array.Exists(protocols, one => IsSpokenByAll(one.Name));
    }

    public void TransitionTo(ClassicGroupState target, long nowMs)
    {
        bool isLegal = target switch
        {
            ClassicGroupState.Empty or ClassicGroupState.CompletingRebalance =>
                State == ClassicGroupState.PreparingRebalance,
            ClassicGroupState.PreparingRebalance => CanRebalance,
            ClassicGroupState.Stable => State == ClassicGroupState.CompletingRebalance,
            _ => true,
        };
        Invariant.That(isLegal, $"Group {Id} can not go from {State} to {target}.");
        EndPulses();
        PreviousState = State;
        State = target;
        StateTimestampMs = nowMs;
        BeginPulses();
    }

    /// <summary>From here on heartbeats are taken without the loop, where the group is stable.</summary>
    public void BeginPulses()
    {
        if (State == ClassicGroupState.Stable)
        {
            foreach (ClassicMember member in Members.Values)
            {
                BeginPulse(member);
            }
        }
    }

    /// <summary>The group is given up with all its members.</summary>
    public void DropPulses()
    {
        foreach (ClassicMember member in Members.Values)
        {
            DropPulse(member);
        }
    }

    /// <summary>Begins the next generation with those who are here, or an empty one.</summary>
    public void BeginGeneration(long nowMs)
    {
        Generation++;
        ProtocolName = Members.Count == 0 ? null : SelectProtocol();
        subscribedTopics = ComputeSubscribedTopics();
        TransitionTo(
            Members.Count == 0 ? ClassicGroupState.Empty : ClassicGroupState.CompletingRebalance, nowMs);
        PendingSyncs.Clear();
    }

    /// <summary>The protocol that most members vote for among those that all speak.</summary>
    public string SelectProtocol()
    {
        Dictionary<string, int> votes = [];
        foreach (ClassicMember member in Members.Values)
        {
            string? vote = member.VoteFor(this);
            Invariant.That(vote is not null, "Whoever is in a group speaks a protocol of all.");
            votes[vote] = votes.GetValueOrDefault(vote) + 1;
        }

        // Among equals Kafka takes the first of a hash map; by name is as good, and the same everywhere.
        return votes.OrderByDescending(vote => vote.Value).ThenBy(vote => vote.Key, StringComparer.Ordinal).First().Key;
    }

    public override ErrorCode CheckCommit(string memberId, string? instanceId, int generation, bool isTransactional)
    {
        if (State == ClassicGroupState.Dead)
        {
            return ErrorCode.CoordinatorNotAvailable;
        }

        if (generation < 0 && State == ClassicGroupState.Empty)
        {
            return ErrorCode.None;
        }

        if (generation >= 0 || memberId.Length > 0 || instanceId is not null)
        {
            ErrorCode error = CheckMember(memberId, instanceId);
            if (error != ErrorCode.None)
            {
                return error;
            }

            if (generation != Generation)
            {
                return ErrorCode.IllegalGeneration;
            }
        }
        else if (!isTransactional)
        {
            // Old clients send transactional commits without a generation, so those pass (KIP-447).
            return ErrorCode.UnknownMemberId;
        }

        return !isTransactional && State == ClassicGroupState.CompletingRebalance
            ? ErrorCode.RebalanceInProgress
            : ErrorCode.None;
    }

    public override ErrorCode CheckFetch(string? memberId, int memberEpoch) =>
        State == ClassicGroupState.Dead ? ErrorCode.GroupIdNotFound : ErrorCode.None;

    public override ErrorCode CheckOffsetDelete() => State switch
    {
        ClassicGroupState.Dead => ErrorCode.GroupIdNotFound,
        ClassicGroupState.Empty => ErrorCode.None,
        _ => IsConsumerProtocol ? ErrorCode.None : ErrorCode.NonEmptyGroup,
    };

    public override ErrorCode CheckDelete() => State switch
    {
        ClassicGroupState.Dead => ErrorCode.GroupIdNotFound,
        ClassicGroupState.Empty => ErrorCode.None,
        _ => ErrorCode.NonEmptyGroup,
    };

    public override bool IsSubscribedTo(string topic) => subscribedTopics?.Contains(topic) ?? IsConsumerProtocol;

    public override bool TryGetExpiryBase(in CommittedOffset offset, out long baseMs)
    {
        baseMs = offset.CommitTimestampMs;
        if (protocolType is null)
        {
            return true;
        }

        if (State == ClassicGroupState.Empty)
        {
            baseMs = StateTimestampMs >= 0 ? StateTimestampMs : offset.CommitTimestampMs;
            return true;
        }

        return State == ClassicGroupState.Stable && IsConsumerProtocol && subscribedTopics is not null;
    }

    public override void AddTombstones(List<CoordinatorRecord> records) =>
        records.Add(GroupRecords.GroupTombstone(Id));

    private void EndPulses()
    {
        if (State == ClassicGroupState.Stable)
        {
            foreach (ClassicMember member in Members.Values)
            {
                member.Pulse?.End();
            }
        }
    }

    private void BeginPulse(ClassicMember member)
    {
        if (member.Pulse is null)
        {
            byte[]? instance = member.InstanceId is null ? null : Encoding.UTF8.GetBytes(member.InstanceId);
            member.Pulse = new MemberPulse(Encoding.UTF8.GetBytes(Id), Encoding.UTF8.GetBytes(member.Id), instance);
            pulses.Add(member.Pulse);
        }

        member.Pulse.Begin(Generation);
    }

    private void DropPulse(ClassicMember member)
    {
        if (member.Pulse is not null)
        {
            member.Pulse.End();
            pulses.Remove(member.Pulse);
        }
    }

    private void CountSpeaker(ClassicMember member, int change)
    {
        foreach (JoinGroupRequest.JoinGroupRequestProtocol protocol in member.Protocols)
        {
            speakersByProtocol[protocol.Name] = speakersByProtocol.GetValueOrDefault(protocol.Name) + change;
        }
    }

    private HashSet<string>? ComputeSubscribedTopics()
    {
        if (!IsConsumerProtocol)
        {
            return null;
        }

        HashSet<string> topics = [];
        foreach (ClassicMember member in Members.Values)
        {
            if (!ConsumerSubscription.TryAddTopics(member.MetadataOf(ProtocolName), topics))
            {
                return null;
            }
        }

        return topics;
    }
}
