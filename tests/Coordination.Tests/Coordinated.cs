using System.Text;
using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Tests;

/// <summary>A group coordinator of one partition on a simulated clock and log, run by hand.</summary>
internal sealed class Coordinated : CoordinatorRig<GroupShard>
{
    public const string Group = "g";

    private int beats;

    public Coordinated(GroupOptions? options = null, CoordinatorRuntimeOptions? runtime = null, bool leads = true)
        : base(new ManualClock())
    {
        Options = (options ?? new GroupOptions()) with { PartitionCount = 1 };
        Coordinator = new GroupCoordinator(
            Options, runtime ?? new CoordinatorRuntimeOptions { AppendLingerMs = 0 }, [Loop], new CountedIds(),
            new LogLevels(new SilentLog(), Clock).Area("groups"));
        Attach(Log);
        if (leads)
        {
            Lead();
        }
    }

    public GroupOptions Options { get; }

    public GroupCoordinator Coordinator { get; }

    protected override CoordinatorRuntime<GroupShard> Runtime => Coordinator.Runtime;

    public void Reload()
    {
        Resign();
        Lead();
    }

    public void Advance(long milliseconds) => Advance(milliseconds, step: 500);

    public Answer<JoinGroupResponse> Join(
        string memberId = "", string? instanceId = null, int version = 9, string group = Group,
        string protocolType = "consumer", string[]? protocols = null, byte[]? metadata = null, int sessionMs = 10_000,
        int rebalanceMs = 60_000, string clientId = "client") => Ask<JoinGroupResponse>(take => Coordinator.Join(
            new GroupClient((short)version, clientId, "/127.0.0.1"),
            new JoinGroupRequest
            {
                GroupId = group,
                MemberId = memberId,
                GroupInstanceId = instanceId,
                ProtocolType = protocolType,
                SessionTimeoutMs = sessionMs,
                RebalanceTimeoutMs = rebalanceMs,
                Protocols = Array.ConvertAll(
                    protocols ?? ["range"],
                    name => new JoinGroupRequest.JoinGroupRequestProtocol
                    {
                        Name = name, Metadata = metadata ?? Subscription("t"),
                    }),
            },
            take));

    public Answer<SyncGroupResponse> Sync(
        string memberId, int generation, string? instanceId = null, string? protocolType = null,
        string? protocolName = null, string group = Group,
        params (string Member, byte[] Assignment)[] assignments) => Ask<SyncGroupResponse>(take => Coordinator.Sync(
            new SyncGroupRequest
            {
                GroupId = group,
                MemberId = memberId,
                GenerationId = generation,
                GroupInstanceId = instanceId,
                ProtocolType = protocolType,
                ProtocolName = protocolName,
                Assignments = Array.ConvertAll(
                    assignments,
                    one => new SyncGroupRequest.SyncGroupRequestAssignment
                    {
                        MemberId = one.Member, Assignment = one.Assignment,
                    }),
            },
            take));

    /// <summary>
    /// As a server does it: first without the loop. Every other time the loop is asked as well, and has to agree.
    /// </summary>
    public ErrorCode Heartbeat(string memberId, int generation, string? instanceId = null, string group = Group)
    {
        bool isTaken = Coordinator.TryBeat(
            Encoding.UTF8.GetBytes(group), generation, Encoding.UTF8.GetBytes(memberId), instanceId is not null,
            Encoding.UTF8.GetBytes(instanceId ?? ""), Loop.Clock.MonotonicMs);
        if (isTaken && ++beats % 2 == 0)
        {
            Loop.RunTurn();
            return ErrorCode.None;
        }

        ErrorCode error = (ErrorCode)Ask<HeartbeatResponse>(take => Coordinator.Heartbeat(
            new HeartbeatRequest
            {
                GroupId = group, MemberId = memberId, GenerationId = generation, GroupInstanceId = instanceId,
            },
            take)).Value.ErrorCode;
        Assert.True(!isTaken || error == ErrorCode.None, $"a heartbeat was taken that the loop answers with {error}");
        return error;
    }

    public LeaveGroupResponse Leave(int version, params (string Member, string? Instance)[] members) =>
        Ask<LeaveGroupResponse>(take => Coordinator.Leave(
            new GroupClient((short)version, "client", "/127.0.0.1"),
            new LeaveGroupRequest
            {
                GroupId = Group,
                MemberId = version < 3 ? members[0].Member : "",
                Members = version < 3 ? [] : Array.ConvertAll(
                    members,
                    one => new LeaveGroupRequest.MemberIdentity
                    {
                        MemberId = one.Member, GroupInstanceId = one.Instance,
                    }),
            },
            take)).Value;

    public Answer<OffsetCommitResponse> AskCommit(
        long offset, string memberId = "", int generation = -1, string? instanceId = null, string topic = "t",
        int partition = 0, int version = 9, string metadata = "", long retentionMs = -1, string group = Group,
        Uuid topicId = default) => Ask<OffsetCommitResponse>(take => Coordinator.CommitOffsets(
            new GroupClient((short)version, "client", "/127.0.0.1"),
            new OffsetCommitRequest
            {
                GroupId = group,
                MemberId = memberId,
                GenerationIdOrMemberEpoch = generation,
                GroupInstanceId = instanceId,
                RetentionTimeMs = retentionMs,
                Topics =
                [
                    new()
                    {
                        Name = topic,
                        TopicId = topicId,
                        Partitions =
                        [
                            new()
                            {
                                PartitionIndex = partition, CommittedOffset = offset, CommittedMetadata = metadata,
                            },
                        ],
                    },
                ],
            },
            take));

    public ErrorCode Commit(
        long offset, string memberId = "", int generation = -1, string? instanceId = null, string topic = "t",
        int partition = 0, int version = 9, string metadata = "", long retentionMs = -1, string group = Group,
        Uuid topicId = default) => ErrorOf(AskCommit(
            offset, memberId, generation, instanceId, topic, partition, version, metadata, retentionMs, group,
            topicId).Value);

    public static ErrorCode ErrorOf(OffsetCommitResponse response) =>
        (ErrorCode)response.Topics[0].Partitions[0].ErrorCode;

    public ErrorCode CommitInTransaction(
        long producerId, long offset, string memberId = "", int generation = -1, string topic = "t", int partition = 0,
        string group = Group, short version = 6) => (ErrorCode)AskCommitInTransaction(
            producerId, offset, memberId, generation, topic, partition, group, version)
        .Value.Topics[0].Partitions[0].ErrorCode;

    public Answer<TxnOffsetCommitResponse> AskCommitInTransaction(
        long producerId, long offset, string memberId = "", int generation = -1, string topic = "t", int partition = 0,
        string group = Group, short version = 6) => Ask<TxnOffsetCommitResponse>(take => Coordinator.CommitOffsets(
            new GroupClient(version, "client", "/127.0.0.1"),
            new TxnOffsetCommitRequest
            {
                GroupId = group,
                TransactionalId = "x",
                ProducerId = producerId,
                ProducerEpoch = 0,
                MemberId = memberId,
                GenerationIdOrMemberEpoch = generation,
                Topics =
                [
                    new()
                    {
                        Name = topic, Partitions = [new() { PartitionIndex = partition, CommittedOffset = offset }],
                    },
                ],
            },
            guard: null,
            take));

    public ErrorCode EndTransaction(long producerId, bool isCommit) => Ask<ErrorCode>(take =>
        Coordinator.EndTransaction(
            0, new Producer(producerId, 0), coordinatorEpoch: 1, transactionVersion: 0, isCommit, take)).Value;

    public OffsetFetchResponse.OffsetFetchResponsePartitions Fetch(
        string topic = "t", int partition = 0, bool requireStable = false, string group = Group,
        Uuid topicId = default) => Ask<OffsetFetchResponse.OffsetFetchResponseGroup>(take => Coordinator.FetchOffsets(
            new OffsetFetchRequest.OffsetFetchRequestGroup
            {
                GroupId = group, Topics = [new() { Name = topic, TopicId = topicId, PartitionIndexes = [partition] }],
            },
            requireStable,
            take)).Value.Topics[0].Partitions[0];

    public OffsetFetchResponse.OffsetFetchResponseGroup FetchAll(string group = Group, bool requireStable = false) =>
        AskFetchAll(group, requireStable).Value;

    public Answer<OffsetFetchResponse.OffsetFetchResponseGroup> AskFetchAll(
        string group = Group, bool requireStable = false) =>
        Ask<OffsetFetchResponse.OffsetFetchResponseGroup>(take => Coordinator.FetchOffsets(
            new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = group, Topics = null }, requireStable, take));

    public DescribeGroupsResponse.DescribedGroup Describe(string group = Group, int version = 6) =>
        Ask<IReadOnlyList<DescribeGroupsResponse.DescribedGroup>>(take => Coordinator.DescribeGroups(
            new GroupClient((short)version, "client", "/127.0.0.1"), [group], take)).Value[0];

    public ListGroupsResponse List(string[]? states = null, string[]? types = null) =>
        Ask<ListGroupsResponse>(take => Coordinator.ListGroups(
            new ListGroupsRequest { StatesFilter = states ?? [], TypesFilter = types ?? [] }, take)).Value;

    public ErrorCode Delete(string group = Group) =>
        (ErrorCode)Ask<IReadOnlyList<DeleteGroupsResponse.DeletableGroupResult>>(
            take => Coordinator.DeleteGroups([group], take)).Value[0].ErrorCode;

    public OffsetDeleteResponse DeleteOffset(string topic = "t", int partition = 0, string group = Group) =>
        Ask<OffsetDeleteResponse>(take => Coordinator.DeleteOffsets(
            new OffsetDeleteRequest
            {
                GroupId = group,
                Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = partition }] }],
            },
            take)).Value;

    /// <summary>What members of protocol type "consumer" send: version 0, topics, no user data.</summary>
    public static byte[] Subscription(params string[] topics)
    {
        ConsumerProtocolSubscription subscription = new() { Topics = topics };
        return [0, 0, .. MessageCodec.Encode(subscription, 0)];
    }

    /// <summary>A stable group of one member of version 9.</summary>
    public (string Member, int Generation) Stable(byte[]? assignment = null, string? instanceId = null)
    {
        Answer<JoinGroupResponse> join = Join(instanceId: instanceId);
        if (instanceId is null)
        {
            join = Join(join.Value.MemberId);
        }

        Advance(Options.InitialRebalanceDelayMs);
        string member = join.Value.MemberId;
        int generation = join.Value.GenerationId;
        Assert.Equal(0, Sync(member, generation, instanceId, assignments: (member, assignment ?? [1])).Value.ErrorCode);
        return (member, generation);
    }

    private sealed class CountedIds : IMemberIds
    {
        private int count;

        public string Next(string prefix) => $"{prefix}-{++count}";
    }

    private sealed class SilentLog : ILog
    {
        public void Write(LogLevel level, string area, ReadOnlySpan<char> message)
        {
        }
    }
}

/// <summary>An answer that may not be there yet; two of them are a failure.</summary>
internal sealed class Answer<T>
{
    private T? value;

    public bool IsThere { get; private set; }

    public T Value => IsThere ? value! : throw new InvalidOperationException("There is no answer yet.");

    public void Take(T answer)
    {
        Assert.False(IsThere, "A request was answered twice.");
        value = answer;
        IsThere = true;
    }
}
