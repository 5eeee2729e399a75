using System.Text;
using Millrace.Base;
using Millrace.Broker.Tests.Admin;
using Millrace.Broker.Tests.Live;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Answer = Millrace.Protocol.Messages.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
using Transaction = Millrace.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;

namespace Millrace.Broker.Tests.Groups;

/// <summary>
/// Offsets within transactions, over the wire: verified, pending, decided by markers, and after a restart.
/// </summary>
public sealed class TxnOffsetCommitTests : IDisposable
{
    private const string Offsets = "__consumer_offsets";

    private readonly ScriptedVerifier verifier = new();
    private readonly GroupRig rig;
    private WireClient client;

    public TxnOffsetCommitTests()
    {
        rig = new GroupRig(null, verifier, "offsets.topic.num.partitions=1");
        client = rig.Connect();
        rig.AddTopic("t", partitions: 2);
        client.FindCoordinator("g");
    }

    public void Dispose()
    {
        client.Dispose();
        rig.Dispose();
    }

    [Fact]
    public void Every_version_commits_with_its_marker()
    {
        foreach (short version in AdminRig.VersionsOf(ApiKey.TxnOffsetCommit))
        {
            long producer = 100 + version;
            Assert.Equal(ErrorCode.None, Commit(producer, 10 + version, version));
            Assert.Equal(ErrorCode.UnstableOffsetCommit, Stable(out _));
            Assert.Equal(ErrorCode.None, End(producer, isCommit: true));
            Assert.Equal(ErrorCode.None, Stable(out long committed));
            Assert.Equal(10 + version, committed);

            // Versions from 5 on leave it to the broker to add the partition.
            Transaction asked = verifier.Asked.ToArray()[^1];
            Assert.Equal(
                (producer, version < 5, Offsets, 0),
                (asked.ProducerId, asked.VerifyOnly, asked.Topics[0].Name, asked.Topics[0].Partitions[0]));
        }
    }

    [Fact]
    public void An_aborted_one_leaves_what_was_committed_before_and_a_restart_keeps_what_is_open()
    {
        Assert.Equal(ErrorCode.None, Commit(1, 5));
        Assert.Equal(ErrorCode.None, End(1, isCommit: true));
        Assert.Equal(ErrorCode.None, Commit(1, 9));
        Restart();
        Assert.Equal(ErrorCode.UnstableOffsetCommit, Stable(out _));
        Assert.Equal(5, client.Committed("g", "t", rig.IdOf("t")));
        Assert.Equal(ErrorCode.None, End(1, isCommit: false));
        Assert.Equal(ErrorCode.None, Stable(out long committed));
        Assert.Equal(5, committed);
        Restart();
        Assert.Equal(5, client.Committed("g", "t", rig.IdOf("t")));
    }

    /// <summary>Who is told of a transaction's end finds its offsets, however busy the markers' thread is.</summary>
    [Fact]
    public void A_marker_decides_on_offsets_before_the_markers_thread_comes_around()
    {
        Assert.Equal(ErrorCode.None, Commit(1, 5));
        using EventLoop neverRuns = new("test-markers", SystemClock.Instance);
        using MarkerWriter writer = new(
            neverRuns, rig.Node.Partitions, rig.Node.Groups.Coordinator, SystemClock.Instance, timeoutMs: 1000);
        writer.Write(TransactionRequests.Markers(isCommit: true, [(Offsets, [0])], producer: 1), _ => { });
        Assert.Equal(ErrorCode.None, Stable(out long committed));
        Assert.Equal(5, committed);
    }

    [Fact]
    public void The_coordinator_is_asked_once_for_each_transaction()
    {
        Assert.Equal(ErrorCode.None, Commit(1, 5));
        Assert.Equal(ErrorCode.None, Commit(1, 6));
        Assert.Single(verifier.Asked);
        End(1, isCommit: true);
        Assert.Equal(ErrorCode.None, Commit(1, 7));
        Assert.Equal(2, verifier.Asked.Count);
    }

    [Theory]
    [InlineData(ErrorCode.TransactionAbortable, 3, ErrorCode.InvalidTxnState)]
    [InlineData(ErrorCode.TransactionAbortable, 4, ErrorCode.TransactionAbortable)]
    [InlineData(ErrorCode.ProducerFenced, 6, ErrorCode.InvalidProducerEpoch)]
    [InlineData(ErrorCode.ConcurrentTransactions, 3, ErrorCode.ConcurrentTransactions)]
    [InlineData(ErrorCode.CoordinatorLoadInProgress, 1, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ErrorCode.CoordinatorLoadInProgress, 2, ErrorCode.CoordinatorLoadInProgress)]
    public void What_the_coordinator_refuses_is_told_in_the_words_of_the_version(
        ErrorCode found, short version, ErrorCode told)
    {
        verifier.OfPartition = (_, _, _) => found;
        Assert.Equal(told, Commit(1, 5, version));
        verifier.OfPartition = (_, _, _) => ErrorCode.None;
        verifier.OfRequest = _ => ErrorCode.NotCoordinator;
        Assert.Equal(ErrorCode.NotCoordinator, Commit(1, 5, version));
        verifier.OfRequest = _ => ErrorCode.None;
        Assert.Equal(ErrorCode.None, Commit(1, 5, version));
    }

    [Fact]
    public void A_marker_that_overtakes_the_verified_commit_keeps_it_out()
    {
        verifier.Holds = true;
        using WireClient producer = rig.Connect();
        int asked = producer.Send(ApiKey.TxnOffsetCommit, 3, Request(1, 5));
        while (verifier.Asked.IsEmpty)
        {
            Thread.Yield();
        }

        Assert.Equal(ErrorCode.None, End(1, isCommit: false));
        verifier.LetOne();
        Assert.Equal(
            ErrorCode.InvalidTxnState, ErrorOf(producer.Receive<TxnOffsetCommitResponse>(
                ApiKey.TxnOffsetCommit, 3, asked)));
        Assert.Equal(ErrorCode.None, Stable(out long committed));
        Assert.Equal(-1, committed);
    }

    [Fact]
    public void Zombies_and_their_coordinators_are_fenced()
    {
        Assert.Equal(ErrorCode.None, Commit(1, 5, epoch: 2));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, Commit(1, 6, epoch: 1));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, End(1, isCommit: true, epoch: 1));
        Assert.Equal(ErrorCode.None, End(1, isCommit: true, epoch: 2, coordinatorEpoch: 7));
        Assert.Equal(ErrorCode.None, Commit(1, 8, epoch: 2));
        Assert.Equal(ErrorCode.TransactionCoordinatorFenced, End(1, isCommit: true, epoch: 2, coordinatorEpoch: 6));
        Assert.Equal(ErrorCode.UnstableOffsetCommit, Stable(out _));
        Assert.Equal(ErrorCode.None, End(1, isCommit: false, epoch: 3, coordinatorEpoch: 7));
        Assert.Equal(5, client.Committed("g", "t", rig.IdOf("t")));
    }

    [Fact]
    public void Partitions_that_are_not_there_are_refused_and_the_others_committed()
    {
        TxnOffsetCommitRequest request = Request(1, 5);
        request.Topics =
        [
            new()
            {
                Name = "t",
                Partitions = [new() { PartitionIndex = 1, CommittedOffset = 4 }, new() { PartitionIndex = 7 }],
            },
            new() { Name = "missing", Partitions = [new() { PartitionIndex = 0 }] },
        ];
        TxnOffsetCommitResponse response = client.Ask<TxnOffsetCommitResponse>(ApiKey.TxnOffsetCommit, 5, request);
        Assert.Equal(
            [("t", 7, ErrorCode.UnknownTopicOrPartition), ("t", 1, ErrorCode.None),
                ("missing", 0, ErrorCode.UnknownTopicOrPartition)],
            response.Topics.SelectMany(topic => topic.Partitions.Select(
                partition => (topic.Name, partition.PartitionIndex, (ErrorCode)partition.ErrorCode))));
        End(1, isCommit: true);
        Assert.Equal(4, client.Committed("g", "t", rig.IdOf("t"), partition: 1));

        // Of topics by id only the id is told.
        request.Topics = [new() { TopicId = new Uuid(4, 4), Partitions = [new() { PartitionIndex = 0 }] }];
        response = client.Ask<TxnOffsetCommitResponse>(ApiKey.TxnOffsetCommit, 6, request);
        Assert.Equal((new Uuid(4, 4), ErrorCode.UnknownTopicId), (response.Topics[0].TopicId, ErrorOf(response)));
    }

    [Fact]
    public void A_group_needs_a_name_and_its_members_their_generation()
    {
        TxnOffsetCommitRequest request = Request(1, 5);
        request.GroupId = "";
        Assert.Equal(ErrorCode.InvalidGroupId, Ask(request, 5));
        request = Request(1, 5);
        request.MemberId = "m";
        request.GenerationIdOrMemberEpoch = 3;
        Assert.Equal(ErrorCode.IllegalGeneration, Ask(request, 5));
        JoinGroupResponse joined = client.Join("g");
        client.Sync("g", joined, []);
        request.MemberId = joined.MemberId;
        request.GenerationIdOrMemberEpoch = joined.GenerationId;
        Assert.Equal(ErrorCode.None, Ask(request, 5));
    }

    [Theory]
    [InlineData(AclResourceType.TransactionalId, ErrorCode.TransactionalIdAuthorizationFailed)]
    [InlineData(AclResourceType.Group, ErrorCode.GroupAuthorizationFailed)]
    [InlineData(AclResourceType.Topic, ErrorCode.TopicAuthorizationFailed)]
    public void Whoever_lacks_a_right_is_told_which(AclResourceType denied, ErrorCode told)
    {
        using GroupRig guarded = new(new Denies(denied), verifier);
        guarded.AddTopic("t");
        using WireClient other = guarded.Connect();
        TxnOffsetCommitResponse response = other.Ask<TxnOffsetCommitResponse>(
            ApiKey.TxnOffsetCommit, 5, Request(1, 5));
        Assert.Equal(told, ErrorOf(response));
        Assert.Empty(verifier.Asked);
    }

    private void Restart()
    {
        client.Dispose();
        rig.Restart();
        client = rig.Connect();
    }

    private TxnOffsetCommitRequest Request(long producer, long offset, short epoch = 0) => new()
    {
        TransactionalId = "payments",
        GroupId = "g",
        ProducerId = producer,
        ProducerEpoch = epoch,
        Topics =
        [
            new()
            {
                Name = "t",
                TopicId = rig.IdOf("t"),
                Partitions = [new() { PartitionIndex = 0, CommittedOffset = offset }],
            },
        ],
    };

    private ErrorCode Commit(long producer, long offset, short version = 6, short epoch = 0) =>
        Ask(Request(producer, offset, epoch), version);

    private ErrorCode Ask(TxnOffsetCommitRequest request, short version) =>
        ErrorOf(client.Ask<TxnOffsetCommitResponse>(ApiKey.TxnOffsetCommit, version, request));

    private static ErrorCode ErrorOf(TxnOffsetCommitResponse response) =>
        (ErrorCode)Assert.Single(Assert.Single(response.Topics).Partitions).ErrorCode;

    private ErrorCode End(long producer, bool isCommit, short epoch = 0, int coordinatorEpoch = 0)
    {
        using WireClient coordinator = rig.Connect();
        WriteTxnMarkersResponse response = coordinator.Ask<WriteTxnMarkersResponse>(
            ApiKey.WriteTxnMarkers,
            2,
            TransactionRequests.Markers(isCommit, [(Offsets, [0])], epoch, coordinatorEpoch, producer: producer));
        return (ErrorCode)response.Markers[0].Topics[0].Partitions[0].ErrorCode;
    }

    /// <summary>What a consumer that waits for stable offsets is told.</summary>
    private ErrorCode Stable(out long offset)
    {
        OffsetFetchResponse response = client.AskLoaded<OffsetFetchResponse>(
            ApiKey.OffsetFetch,
            9,
            new OffsetFetchRequest
            {
                RequireStable = true,
                Groups = [new() { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = [0] }] }],
            },
            answer => answer.Groups[0].ErrorCode);
        OffsetFetchResponse.OffsetFetchResponsePartitions partition = response.Groups[0].Topics[0].Partitions[0];
        offset = partition.CommittedOffset;
        return (ErrorCode)partition.ErrorCode;
    }

    private sealed class Denies(AclResourceType denied) : IAuthorizer
    {
        public bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name) =>
            type != denied || operation is AclOperation.Create or AclOperation.Describe
            || Encoding.UTF8.GetString(name) is not ("payments" or "g" or "t");
    }
}
