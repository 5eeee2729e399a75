using Millrace.Loadgen.Measurement;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Loadgen;

/// <summary>
/// A member of a classic consumer group: joins, commits offsets of what it was given on a schedule, beats, and leaves
/// and comes back where the plan wants the group to rebalance. Publish latency is that of commits, from when each was
/// due; end-to-end latency is that of rebalances, from when the member began to join until it had its part. Owned by
/// its loop's thread.
/// </summary>
internal sealed class GroupMember : CoordinatedClient
{
    private const int RebalanceTimeoutMs = 60_000;

    private readonly GroupSpec spec;
    private readonly int number;
    private readonly Schedule schedule;
    private readonly WorkerMeter meter;
    private readonly byte[] subscription;

    // What is sent and answered all the time is in objects that are used again, so that a steady member allocates
    // nothing. An answer's has the same fields set each time, as its version is the same.
    private readonly OffsetCommitRequest commit;
    private readonly HeartbeatRequest heartbeat;
    private readonly HeartbeatResponse heartbeatAnswer = new();
    private MemberStep step;
    private string memberId = "";
    private int generation = -1;
    private bool isAnswerAwaited;
    private bool isBeatAwaited;
    private long joinBeganNs;
    private long nextBeatNs;
    private long nextLeaveNs;
    private long commitDueNs;
    private BlockedTime blocked;

    /// <param name="loop">Its thread's loop.</param>
    /// <param name="context">The run.</param>
    /// <param name="spec">What groups do.</param>
    /// <param name="group">Number of its group.</param>
    /// <param name="number">Its own number in that group.</param>
    /// <param name="schedule">When each of its commits is due.</param>
    /// <param name="meter">Its thread's counts.</param>
    public GroupMember(
        EventLoop loop, RunContext context, GroupSpec spec, int group, int number, Schedule schedule,
        WorkerMeter meter)
        : base(loop, context, $"{spec.NamePrefix}-{group}", CoordinatorKind.Group)
    {
        this.spec = spec;
        this.number = number;
        this.schedule = schedule;
        this.meter = meter;
        subscription = RangeAssignor.Subscribe(context.Topics);
        commit = new OffsetCommitRequest { GroupId = CoordinatorKey };
        heartbeat = new HeartbeatRequest { GroupId = CoordinatorKey };
    }

    /// <inheritdoc/>
    public override bool IsWriter => true;

    /// <inheritdoc/>
    public override bool IsDone => step == MemberStep.Gone;

    /// <summary>A join is answered when the slowest member has come.</summary>
    protected override long RequestTimeoutNs => (RebalanceTimeoutMs + 5_000) * NsPerMs;

    /// <inheritdoc/>
    public override long Turn(long nowNs)
    {
        long dueNs = Maintain(nowNs);
        if (schedule.IsUnlimited && nowNs >= schedule.EndNs)
        {
            schedule.Stop();
        }

        if (step == MemberStep.Stable)
        {
            dueNs = Math.Min(dueNs, Beat(nowNs));
        }

        bool isBusy = isAnswerAwaited || step != MemberStep.Stable;
        blocked.Note(isBusy && schedule.NextNs <= nowNs, nowNs, meter, Loop.WriterCount);
        if (isAnswerAwaited || step == MemberStep.Gone)
        {
            return dueNs;
        }

        if (schedule.IsOver && step is MemberStep.Joining or MemberStep.Syncing)
        {
            step = MemberStep.Gone;
            return dueNs;
        }

        return Math.Min(dueNs, step switch
        {
            MemberStep.Joining => Join(nowNs),
            MemberStep.Stable => Work(nowNs),
            _ => dueNs,
        });
    }

    /// <inheritdoc/>
    protected override void Coordinated(
        BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        if (request.Api == ApiKey.Heartbeat)
        {
            isBeatAwaited = false;
            bool isRead = TryRead(request, body, heartbeatAnswer);
            OnOutcome(request.Api, isRead ? (ErrorCode)heartbeatAnswer.ErrorCode : ErrorCode.None, nowNs);
            return;
        }

        isAnswerAwaited = false;
        switch (request.Api)
        {
            case ApiKey.JoinGroup:
                OnJoined(connection, request, body, nowNs);
                break;
            case ApiKey.SyncGroup:
                OnSynced(request, body, nowNs);
                break;
            case ApiKey.OffsetCommit:
                OnCommitted(request, body, nowNs);
                break;
            default:
                OnLeft();
                break;
        }
    }

    /// <inheritdoc/>
    protected override void LostCoordinated(BrokerConnection connection, in PendingRequest request, long nowNs)
    {
        Pause(nowNs);
        if (request.Api == ApiKey.Heartbeat)
        {
            isBeatAwaited = false;
            return;
        }

        isAnswerAwaited = false;
        if (request.Api is ApiKey.JoinGroup or ApiKey.SyncGroup)
        {
            step = MemberStep.Joining;
        }
        else if (request.Api == ApiKey.LeaveGroup)
        {
            OnLeft();
        }
    }

    private long Join(long nowNs)
    {
        if (Coordinator(nowNs, out long dueNs) is not { } connection)
        {
            return dueNs;
        }

        joinBeganNs = joinBeganNs == 0 ? nowNs : joinBeganNs;
        JoinGroupRequest request = new()
        {
            GroupId = CoordinatorKey,
            SessionTimeoutMs = spec.SessionTimeoutMs,
            RebalanceTimeoutMs = RebalanceTimeoutMs,
            MemberId = memberId,
            ProtocolType = "consumer",
            Protocols =
            [
                new JoinGroupRequest.JoinGroupRequestProtocol { Name = RangeAssignor.Name, Metadata = subscription },
            ],
        };
        return Send(connection, ApiKey.JoinGroup, request, nowNs);
    }

    private void OnJoined(BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        JoinGroupResponse response = new();
        if (!TryRead(request, body, response))
        {
            Pause(nowNs);
            return;
        }

        if ((ErrorCode)response.ErrorCode == ErrorCode.MemberIdRequired)
        {
            memberId = response.MemberId;
            return;
        }

        if (response.ErrorCode != 0)
        {
            OnOutcome(ApiKey.JoinGroup, (ErrorCode)response.ErrorCode, nowNs);
            return;
        }

        memberId = response.MemberId;
        generation = response.GenerationId;
        step = MemberStep.Syncing;
        bool isLeader = response.Leader == memberId && !response.SkipAssignment;
        SyncGroupRequest sync = new()
        {
            GroupId = CoordinatorKey,
            GenerationId = generation,
            MemberId = memberId,
            ProtocolType = "consumer",
            ProtocolName = RangeAssignor.Name,
            Assignments = isLeader ? RangeAssignor.Assign(Cluster, response.Members) : [],
        };
        Send(connection, ApiKey.SyncGroup, sync, nowNs);
    }

    private void OnSynced(in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        SyncGroupResponse response = new();
        if (!TryRead(request, body, response) || response.ErrorCode != 0)
        {
            OnOutcome(ApiKey.SyncGroup, (ErrorCode)response.ErrorCode, nowNs);
            step = MemberStep.Joining;
            return;
        }

        commit.Topics = [.. RangeAssignor.Read(response.Assignment).Select(topic =>
            new OffsetCommitRequest.OffsetCommitRequestTopic
            {
                Name = topic.Topic,
                TopicId = Array.Find(Cluster.Topics, known => known.Name == topic.Topic)?.Id ?? default,
                Partitions = [.. topic.Partitions.Select(partition =>
                    new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = partition })],
            })];
        step = MemberStep.Stable;
        meter.Operations++;
        meter.EndToEnd.Record(nowNs - joinBeganNs);
        joinBeganNs = 0;
        nextBeatNs = nowNs + (spec.HeartbeatMs * NsPerMs);
        if (nextLeaveNs == 0 && spec.ChurnSeconds > 0)
        {
            // One member of each group at a time, in turn.
            nextLeaveNs = nowNs + (long)(spec.ChurnSeconds * 1e9 * (number + 1));
        }
    }

    /// <summary>What a stable member does: leaves when it is its turn, commits when that is due.</summary>
    private long Work(long nowNs)
    {
        bool isLeaving = schedule.IsOver || (nextLeaveNs > 0 && nextLeaveNs <= nowNs);
        if (!isLeaving && schedule.NextNs > nowNs)
        {
            return nextLeaveNs > 0 ? Math.Min(nextLeaveNs, schedule.NextNs) : schedule.NextNs;
        }

        if (Coordinator(nowNs, out long dueNs) is not { } connection)
        {
            return dueNs;
        }

        return isLeaving ? Leave(connection, nowNs) : Commit(connection, nowNs);
    }

    private long Commit(BrokerConnection connection, long nowNs)
    {
        commitDueNs = schedule.IsUnlimited ? nowNs : schedule.NextNs;
        meter.Lateness.Record(Math.Max(0, nowNs - commitDueNs));
        schedule.Advance();
        foreach (OffsetCommitRequest.OffsetCommitRequestTopic topic in commit.Topics)
        {
            foreach (OffsetCommitRequest.OffsetCommitRequestPartition partition in topic.Partitions)
            {
                partition.CommittedOffset++;
            }
        }

        commit.GenerationIdOrMemberEpoch = generation;
        commit.MemberId = memberId;
        return Send(connection, ApiKey.OffsetCommit, commit, nowNs);
    }

    private void OnCommitted(in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        if (!TryReadFirstError(request, body, out ErrorCode first))
        {
            return;
        }

        if (first != ErrorCode.None)
        {
            OnOutcome(ApiKey.OffsetCommit, first, nowNs);
            return;
        }

        meter.Operations++;
        meter.Publish.Record(commitDueNs, request.SentNs, nowNs, times: 1);
    }

    private long Leave(BrokerConnection connection, long nowNs)
    {
        step = MemberStep.Leaving;
        LeaveGroupRequest request = new()
        {
            GroupId = CoordinatorKey,
            Members = [new LeaveGroupRequest.MemberIdentity { MemberId = memberId, GroupInstanceId = null }],
        };
        short version = Context.Versions.Of(ApiKey.LeaveGroup);
        if (version < 3)
        {
            request = new LeaveGroupRequest { GroupId = CoordinatorKey, MemberId = memberId };
        }

        return Send(connection, ApiKey.LeaveGroup, request, nowNs);
    }

    private void OnLeft()
    {
        memberId = "";
        generation = -1;
        commit.Topics = [];
        nextLeaveNs = nextLeaveNs == 0 ? 0 : nextLeaveNs + (long)(spec.ChurnSeconds * 1e9 * spec.Members);
        step = schedule.IsOver ? MemberStep.Gone : MemberStep.Joining;
    }

    private long Beat(long nowNs)
    {
        if (isBeatAwaited || nextBeatNs > nowNs)
        {
            return nextBeatNs;
        }

        nextBeatNs = nowNs + (spec.HeartbeatMs * NsPerMs);
        if (Coordinator(nowNs, out _) is { } connection)
        {
            isBeatAwaited = true;
            heartbeat.GenerationId = generation;
            heartbeat.MemberId = memberId;
            connection.Send(ApiKey.Heartbeat, Context.Versions.Of(ApiKey.Heartbeat), heartbeat, nowNs);
        }

        return nextBeatNs;
    }

    /// <summary>What an answer's error means to a member; a rebalance is none of the broker's faults.</summary>
    private void OnOutcome(ApiKey api, ErrorCode code, long nowNs)
    {
        switch (code)
        {
            case ErrorCode.None:
                return;
            case ErrorCode.RebalanceInProgress:
                step = step == MemberStep.Stable ? MemberStep.Joining : step;
                return;
            case ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId:
                Context.Errors.Broker(api, code);
                memberId = code == ErrorCode.IllegalGeneration ? memberId : "";
                step = step == MemberStep.Leaving ? step : MemberStep.Joining;
                return;
            default:
                Trouble(api, code, nowNs);
                return;
        }
    }

    private long Send(BrokerConnection connection, ApiKey api, IMessage request, long nowNs)
    {
        connection.Send(api, Context.Versions.Of(api), request, nowNs);
        isAnswerAwaited = true;
        return long.MaxValue;
    }
}
