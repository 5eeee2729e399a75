using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>
/// The group coordinator as request handlers see it: takes requests that are authorised, finds the partition of their
/// group, and answers in Kafka's words. Any thread; answers come on the loop of the group's partition, which a handler
/// must not block. Texts and ids of topics are the handler's to resolve: both are set where both are known.
/// </summary>
public sealed class GroupCoordinator
{
    private readonly GroupOptions options;
    private readonly PulseTable pulses = new();
    private int partitionCount;

    /// <param name="options">Settings of groups.</param>
    /// <param name="runtimeOptions">Settings of the runtime below.</param>
    /// <param name="loops">The loops to run on (<c>group.coordinator.threads</c> of them).</param>
    /// <param name="ids">Gives out member ids.</param>
    /// <param name="lines">Where groups log.</param>
    public GroupCoordinator(
        GroupOptions options, CoordinatorRuntimeOptions runtimeOptions, CoordinatorLoop[] loops, IMemberIds ids,
        LogArea lines)
    {
        this.options = options;
        partitionCount = options.PartitionCount;
        IClock clock = loops[0].Clock;
        Runtime = new CoordinatorRuntime<GroupShard>(
            runtimeOptions, loops, lines,
            (_, undo, timers) => new GroupShard(options, undo, timers, clock, ids, pulses, lines));
    }

    /// <summary>Leadership, high watermarks and the progress of loading go here.</summary>
    public CoordinatorRuntime<GroupShard> Runtime { get; }

    /// <summary>
    /// Partitions of <c>__consumer_offsets</c>: as the options say, until the topic was found to have others.
    /// </summary>
    public int PartitionCount
    {
        get => Volatile.Read(ref partitionCount);
        set => Volatile.Write(ref partitionCount, value);
    }

    /// <summary>The partition of <c>__consumer_offsets</c> that a group belongs to.</summary>
    public int PartitionOf(string groupId) => TopicHash.PartitionOf(groupId, PartitionCount);

    public void Join(GroupClient client, JoinGroupRequest request, Action<JoinGroupResponse> answer)
    {
        // Before version 1 the session timeout served for rebalances as well, and before 7 no protocol was no null.
        request.RebalanceTimeoutMs = client.ApiVersion == 0 ? request.SessionTimeoutMs : request.RebalanceTimeoutMs;
        Reply<JoinGroupResponse> reply = new(response =>
        {
            response.ProtocolName ??= client.ApiVersion < 7 ? "" : null;
            answer(response);
        });
        if (request.GroupId.Length == 0)
        {
            reply.Send(Failures.Join(request.MemberId, ErrorCode.InvalidGroupId));
            return;
        }

        if (request.SessionTimeoutMs < options.SessionTimeoutMsMin
            || request.SessionTimeoutMs > options.SessionTimeoutMsMax)
        {
            reply.Send(Failures.Join(request.MemberId, ErrorCode.InvalidSessionTimeout));
            return;
        }

        Runtime.Write<bool>(
            PartitionOf(request.GroupId),
            (shard, nowMs) => new(true, shard.Joins.Join(client, request, reply, nowMs)),
            (error, _) =>
            {
                if (error != ErrorCode.None)
                {
                    reply.Send(Failures.Join(request.MemberId, WriteErrors.ToGroupError(error)));
                }
            });
    }

    public void Sync(SyncGroupRequest request, Action<SyncGroupResponse> answer)
    {
        Reply<SyncGroupResponse> reply = new(answer);
        if (request.GroupId.Length == 0)
        {
            reply.Send(Failures.Sync(ErrorCode.InvalidGroupId));
            return;
        }

        Runtime.Write<bool>(
            PartitionOf(request.GroupId),
            (shard, nowMs) => new(true, shard.Members.Sync(request, reply, nowMs)),
            (error, _) =>
            {
                if (error != ErrorCode.None)
                {
                    reply.Send(Failures.Sync(WriteErrors.ToGroupError(error)));
                }
            });
    }

    /// <summary>
    /// Takes a heartbeat that finds its group stable and its member as it should be, which is most of them: without a
    /// turn of the group's loop, and without memory. All texts are UTF-8.
    /// </summary>
    /// <param name="group">The group's id.</param>
    /// <param name="generation">As the member knows it.</param>
    /// <param name="member">The member's id.</param>
    /// <param name="hasInstance">Whether it says to be a static member.</param>
    /// <param name="instance">Its instance id then.</param>
    /// <param name="nowMs">Monotonic clock.</param>
    /// <returns>True where the answer is that all is well; else <see cref="Heartbeat"/> tells.</returns>
    public bool TryBeat(
        ReadOnlySpan<byte> group, int generation, ReadOnlySpan<byte> member, bool hasInstance,
        ReadOnlySpan<byte> instance, long nowMs) =>
        pulses.TryBeat(group, generation, member, hasInstance, instance, nowMs);

    /// <summary>While its group is being loaded a member is told that all is well: it is on no clock yet.</summary>
    public void Heartbeat(HeartbeatRequest request, Action<HeartbeatResponse> answer)
    {
        if (request.GroupId.Length == 0)
        {
            answer(Failures.Heartbeat(ErrorCode.InvalidGroupId));
            return;
        }

        Runtime.Write<HeartbeatResponse>(
            PartitionOf(request.GroupId),
            (shard, _) => new(shard.Members.Heartbeat(request), Decision.Nothing),
            (error, response) => answer(response ?? Failures.Heartbeat(
                error == ErrorCode.CoordinatorLoadInProgress ? ErrorCode.None : WriteErrors.ToGroupError(error))));
    }

    public void Leave(GroupClient client, LeaveGroupRequest request, Action<LeaveGroupResponse> answer)
    {
        if (request.GroupId.Length == 0)
        {
            answer(new LeaveGroupResponse { ErrorCode = (short)ErrorCode.InvalidGroupId });
            return;
        }

        bool isSingle = client.ApiVersion < 3;
        if (isSingle)
        {
            request.Members = [new LeaveGroupRequest.MemberIdentity { MemberId = request.MemberId }];
        }

        Runtime.Write<LeaveGroupResponse>(
            PartitionOf(request.GroupId),
            (shard, nowMs) => shard.Members.Leave(request, nowMs),
            (error, response) =>
            {
                response ??= new LeaveGroupResponse { ErrorCode = (short)WriteErrors.ToGroupError(error) };
                if (isSingle && response.Members.Length > 0)
                {
                    response = new LeaveGroupResponse { ErrorCode = response.Members[0].ErrorCode };
                }

                answer(response);
            });
    }

    public void CommitOffsets(GroupClient client, OffsetCommitRequest request, Action<OffsetCommitResponse> answer) =>
        Runtime.Write<OffsetCommitResponse>(
            PartitionOf(request.GroupId),
            (shard, nowMs) => shard.Commits.Commit(client, request, nowMs),
            (error, response) => answer(response ?? OffsetAnswers.Failed(request, WriteErrors.ToGroupError(error))));

    /// <summary>
    /// Commits within a transaction that the caller had verified: pending until <see cref="EndTransaction"/>.
    /// </summary>
    /// <param name="client">Who asks.</param>
    /// <param name="request">Authorised.</param>
    /// <param name="guard">What verification gave, handed through to the append; null without one.</param>
    /// <param name="answer">Takes the response.</param>
    public void CommitOffsets(
        GroupClient client, TxnOffsetCommitRequest request, object? guard, Action<TxnOffsetCommitResponse> answer)
    {
        if (request.GroupId.Length == 0)
        {
            answer(OffsetAnswers.Failed(request, ErrorCode.InvalidGroupId));
            return;
        }

        Runtime.Write<TxnOffsetCommitResponse>(
            PartitionOf(request.GroupId),
            new Producer(request.ProducerId, request.ProducerEpoch, guard),
            (shard, nowMs) => shard.Commits.Commit(client, request, nowMs),
            (error, response) => answer(response ?? OffsetAnswers.Failed(request, WriteErrors.ToGroupError(error))));
    }

    /// <summary>Appends a transaction's marker to a partition of <c>__consumer_offsets</c>, and applies it.</summary>
    public void EndTransaction(
        int partition, Producer producer, int coordinatorEpoch, short transactionVersion, bool isCommit,
        Action<ErrorCode> answer) =>
        Runtime.EndTransaction(partition, producer, coordinatorEpoch, transactionVersion, isCommit, answer);

    /// <summary>One group of an OffsetFetch; <see cref="OffsetFetchShape"/> has the forms of the versions.</summary>
    public void FetchOffsets(
        OffsetFetchRequest.OffsetFetchRequestGroup request, bool requireStable,
        Action<OffsetFetchResponse.OffsetFetchResponseGroup> answer) =>
        Runtime.Read(
            PartitionOf(request.GroupId),
            (shard, _) => shard.Fetches.Fetch(request, requireStable),
            (error, response) => answer(response ?? new()
            {
                GroupId = request.GroupId, ErrorCode = (short)WriteErrors.ToFetchError(error),
            }));

    public void DeleteOffsets(OffsetDeleteRequest request, Action<OffsetDeleteResponse> answer)
    {
        if (request.GroupId.Length == 0)
        {
            answer(new OffsetDeleteResponse { ErrorCode = (short)ErrorCode.InvalidGroupId });
            return;
        }

        Runtime.Write<OffsetDeleteResponse>(
            PartitionOf(request.GroupId),
            (shard, _) => shard.Commits.Delete(request),
            (error, response) => answer(
                response ?? new() { ErrorCode = (short)WriteErrors.ToGroupError(error) }));
    }

    /// <summary>Every group that is coordinated here, filtered by state and type.</summary>
    public void ListGroups(ListGroupsRequest request, Action<ListGroupsResponse> answer)
    {
        int[] partitions = [.. Runtime.Partitions];
        Gathering<ListGroupsResponse.ListedGroup> gathering = new(partitions.Length, (error, listed) => answer(new()
        {
            ErrorCode = (short)error, Groups = error == ErrorCode.None ? [.. listed] : [],
        }));
        foreach (int partition in partitions)
        {
            Runtime.Read(
                partition,
                (shard, _) => shard.List(request),
                (error, listed) => gathering.Add(
                    error == ErrorCode.NotCoordinator ? ErrorCode.None : WriteErrors.ToGroupError(error), listed));
        }
    }

    public void DescribeGroups(
        GroupClient client, IReadOnlyList<string> groupIds,
        Action<IReadOnlyList<DescribeGroupsResponse.DescribedGroup>> answer)
    {
        Gathering<DescribeGroupsResponse.DescribedGroup> gathering = new(groupIds.Count, (_, found) => answer(found));
        foreach (string groupId in groupIds)
        {
            Runtime.Read(
                PartitionOf(groupId),
                (shard, _) => shard.Describe(client, groupId),
                (error, described) => gathering.Add(ErrorCode.None, [described ?? new()
                {
                    GroupId = groupId, ErrorCode = (short)WriteErrors.ToGroupError(error),
                }]));
        }
    }

    public void DeleteGroups(
        IReadOnlyList<string> groupIds, Action<IReadOnlyList<DeleteGroupsResponse.DeletableGroupResult>> answer)
    {
        ILookup<int, string> byPartition = groupIds.ToLookup(PartitionOf);
        Gathering<DeleteGroupsResponse.DeletableGroupResult> gathering =
            new(byPartition.Count, (_, results) => answer(results));
        foreach (IGrouping<int, string> one in byPartition)
        {
            string[] ids = [.. one.Distinct()];
            Runtime.Write<IReadOnlyList<DeleteGroupsResponse.DeletableGroupResult>>(
                one.Key,
                (shard, _) => shard.Delete(ids),
                (error, results) => gathering.Add(ErrorCode.None, results ?? Array.ConvertAll(
                    ids,
                    id => new DeleteGroupsResponse.DeletableGroupResult
                    {
                        GroupId = id, ErrorCode = (short)WriteErrors.ToGroupError(error),
                    })));
        }
    }

    /// <summary>Topics were deleted: removes what was committed for them, wherever it is coordinated here.</summary>
    /// <param name="topics">Ids by name.</param>
    /// <param name="done">Called when all is written, with the first error there was.</param>
    public void DeleteTopics(IReadOnlyDictionary<string, Uuid> topics, Action<ErrorCode> done)
    {
        int[] partitions = [.. Runtime.Partitions];
        Gathering<bool> gathering = new(partitions.Length, (error, _) => done(error));
        foreach (int partition in partitions)
        {
            Runtime.Write<bool>(
                partition, (shard, _) => shard.Commits.DeleteTopics(topics), (error, _) => gathering.Add(error, []));
        }
    }
}
