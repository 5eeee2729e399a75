using System.Buffers.Binary;
using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Coordination.Tests.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Tests.Groups;

public sealed class OffsetTests
{
    private const long Day = 24L * 60 * 60 * 1000;

    [Fact]
    public void A_simple_consumer_commits_without_being_a_member()
    {
        using Coordinated one = new();
        Assert.Equal(ErrorCode.None, one.Commit(7, metadata: "note"));
        OffsetFetchResponse.OffsetFetchResponsePartitions fetched = one.Fetch();
        Assert.Equal(7, fetched.CommittedOffset);
        Assert.Equal("note", fetched.Metadata);
        Assert.Equal("Empty", one.Describe().GroupState);
        Assert.Equal(-1, one.Fetch(partition: 1).CommittedOffset);
        Assert.Equal(-1, one.Fetch(group: "none").CommittedOffset);
        Assert.Empty(one.FetchAll("none").Topics);
        Assert.Equal("t", Assert.Single(one.FetchAll().Topics).Name);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void The_version_of_the_value_that_a_commit_writes_can_be_chosen(short version)
    {
        using Coordinated one = new(new GroupOptions { OffsetRecordVersion = version });
        one.Commit(7);
        RecordReading.Single(one.Log.Batches[^1], out _, out byte[] value);
        Assert.Equal(version, BinaryPrimitives.ReadInt16BigEndian(value));
        one.Reload();
        Assert.Equal(7, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void Commits_of_members_are_checked()
    {
        using Coordinated one = new();
        Assert.Equal(ErrorCode.GroupIdNotFound, one.Commit(1, "m", 1));
        Assert.Equal(ErrorCode.IllegalGeneration, one.Commit(1, "m", 1, version: 8));
        (string member, int generation) = one.Stable();
        Assert.Equal(ErrorCode.None, one.Commit(1, member, generation));
        Assert.Equal(ErrorCode.IllegalGeneration, one.Commit(1, member, generation + 1));
        Assert.Equal(ErrorCode.UnknownMemberId, one.Commit(1, "m", generation));
        Assert.Equal(ErrorCode.UnknownMemberId, one.Commit(1));
        Assert.Equal(1, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void A_commit_counts_as_a_heartbeat()
    {
        using Coordinated one = new();
        (string member, int generation) = one.Stable();
        one.Advance(9500);
        one.Commit(1, member, generation);
        one.Advance(9500);
        Assert.Equal(ErrorCode.None, one.Heartbeat(member, generation));
    }

    [Fact]
    public void Commits_pass_while_members_gather_but_not_while_the_assignment_is_awaited()
    {
        using Coordinated one = new();
        (string leader, string follower, int generation) = ClassicGroupTests.TwoJoined(one);
        Assert.Equal(ErrorCode.RebalanceInProgress, one.Commit(1, follower, generation));
        one.Sync(leader, generation, assignments: (leader, [1]));
        one.Join(version: 3);
        Assert.Equal(ErrorCode.None, one.Commit(1, follower, generation));
    }

    [Fact]
    public void Long_metadata_is_refused_for_its_partition()
    {
        using Coordinated one = new();
        Assert.Equal(ErrorCode.None, one.Commit(1, metadata: new string('x', 4096)));
        Assert.Equal(ErrorCode.OffsetMetadataTooLarge, one.Commit(2, metadata: new string('x', 4097)));
        Assert.Equal(1, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void Offsets_of_topics_that_are_read_can_not_be_deleted()
    {
        using Coordinated one = new();
        Assert.Equal(ErrorCode.GroupIdNotFound, (ErrorCode)one.DeleteOffset().ErrorCode);
        (string member, int generation) = one.Stable();
        one.Commit(1, member, generation);
        one.Commit(2, member, generation, topic: "u");
        Assert.Equal(
            ErrorCode.GroupSubscribedToTopic, (ErrorCode)one.DeleteOffset().Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(0, one.DeleteOffset("u").Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(1, one.Fetch().CommittedOffset);
        Assert.Equal(-1, one.Fetch("u").CommittedOffset);
    }

    [Fact]
    public void A_group_is_deleted_with_its_offsets_once_it_is_empty()
    {
        using Coordinated one = new();
        Assert.Equal(ErrorCode.GroupIdNotFound, one.Delete());
        (string member, int generation) = one.Stable();
        one.Commit(1, member, generation);
        Assert.Equal(ErrorCode.NonEmptyGroup, one.Delete());
        one.Leave(5, (member, null));
        Assert.Equal(ErrorCode.None, one.Delete());
        Assert.Equal(-1, one.Fetch().CommittedOffset);
        Assert.Empty(one.List().Groups);
        one.Reload();
        Assert.Empty(one.List().Groups);
    }

    [Fact]
    public void A_recreated_topic_does_not_inherit_offsets()
    {
        using Coordinated one = new();
        Uuid first = new(1, 1);
        Uuid second = new(2, 2);
        one.Commit(5, topicId: first, version: 10);
        one.Commit(6, partition: 1, topicId: second, version: 10);
        Assert.Equal(5, one.Fetch(topicId: first).CommittedOffset);
        Assert.Equal(-1, one.Fetch(topicId: second).CommittedOffset);
        Assert.Equal(5, one.Fetch().CommittedOffset);
        Answer<ErrorCode> deleted = one.Ask<ErrorCode>(
            take => one.Coordinator.DeleteTopics(new Dictionary<string, Uuid> { ["t"] = first }, take));
        Assert.Equal(ErrorCode.None, deleted.Value);
        Assert.Equal(-1, one.Fetch().CommittedOffset);
        Assert.Equal(6, one.Fetch(partition: 1).CommittedOffset);
    }

    [Fact]
    public void Transactional_offsets_show_when_their_transaction_commits()
    {
        using Coordinated one = new();
        one.Commit(1);
        Assert.Equal(ErrorCode.None, one.CommitInTransaction(50, 9));
        Assert.Equal(1, one.Fetch().CommittedOffset);
        Assert.Equal(ErrorCode.UnstableOffsetCommit, (ErrorCode)one.Fetch(requireStable: true).ErrorCode);
        one.Reload();
        Assert.Equal(ErrorCode.UnstableOffsetCommit, (ErrorCode)one.Fetch(requireStable: true).ErrorCode);
        Assert.Equal(ErrorCode.None, one.EndTransaction(50, isCommit: true));
        Assert.Equal(9, one.Fetch(requireStable: true).CommittedOffset);
        one.CommitInTransaction(51, 20);
        Assert.Equal(ErrorCode.None, one.EndTransaction(51, isCommit: false));
        Assert.Equal(9, one.Fetch(requireStable: true).CommittedOffset);
        one.Reload();
        Assert.Equal(9, one.Fetch(requireStable: true).CommittedOffset);
    }

    [Fact]
    public void The_later_record_wins_over_a_marker_that_comes_later()
    {
        using Coordinated one = new();
        one.CommitInTransaction(50, 9);
        one.Commit(12);
        one.EndTransaction(50, isCommit: true);
        Assert.Equal(12, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void Only_pending_offsets_of_all_topics_are_left_out_as_kafka_does()
    {
        using Coordinated one = new();
        one.CommitInTransaction(50, 9);
        OffsetFetchResponse.OffsetFetchResponseGroup all = one.FetchAll(requireStable: true);
        Assert.Equal(0, all.ErrorCode);
        Assert.Empty(all.Topics);
        one.EndTransaction(50, isCommit: false);
        Assert.Equal("classic", Assert.Single(one.List().Groups).GroupType);
    }

    [Fact]
    public void Transactional_commits_of_members_are_checked()
    {
        using Coordinated one = new();
        Assert.Equal(ErrorCode.GroupIdNotFound, one.CommitInTransaction(50, 1, "m", 3));
        (string member, int generation) = one.Stable();
        Assert.Equal(ErrorCode.None, one.CommitInTransaction(50, 1, member, generation));
        Assert.Equal(ErrorCode.IllegalGeneration, one.CommitInTransaction(50, 1, member, generation + 1));
        Assert.Equal(ErrorCode.UnknownMemberId, one.CommitInTransaction(50, 1, "m", generation));
        Assert.Equal(ErrorCode.None, one.CommitInTransaction(50, 1));
    }

    [Fact]
    public void Offsets_of_a_simple_group_expire_by_their_commit_and_take_the_group_along()
    {
        using Coordinated one = new();
        one.Commit(1);
        one.Clock.Advance(7 * Day - 1000);
        one.Loop.RunTurn();
        Assert.Equal(1, one.Fetch().CommittedOffset);
        one.Advance(600_000);
        Assert.Equal(-1, one.Fetch().CommittedOffset);
        Assert.Empty(one.List().Groups);
    }

    [Fact]
    public void Offsets_of_a_group_that_was_left_expire_by_when_it_was_left()
    {
        using Coordinated one = new();
        (string member, int generation) = one.Stable();
        one.Commit(1, member, generation);
        one.Clock.Advance(5000);
        one.Leave(5, (member, null));
        long leftMs = one.Clock.WallMs;
        one.Clock.Advance(7 * Day - 700_000);
        one.Loop.RunTurn();
        Assert.Equal(1, one.Fetch().CommittedOffset);
        while (one.Clock.WallMs - leftMs < 7 * Day)
        {
            Assert.Equal(1, one.Fetch().CommittedOffset);
            one.Advance(50_000);
        }

        one.Advance(650_000);
        Assert.Equal(-1, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void What_a_stable_group_reads_does_not_expire_but_what_it_left_does()
    {
        using Coordinated one = new();
        Answer<JoinGroupResponse> join = one.Join(version: 3, sessionMs: 1_800_000, rebalanceMs: 3000);
        one.Advance(3000);
        (string member, int generation) = (join.Value.MemberId, join.Value.GenerationId);
        one.Sync(member, generation, assignments: (member, [1]));
        one.Commit(1, member, generation);
        one.Commit(2, member, generation, topic: "u");
        for (long passed = 0; passed < 8 * Day; passed += 1_500_000)
        {
            one.Clock.Advance(1_500_000);
            one.Heartbeat(member, generation);
        }

        Assert.Equal(1, one.Fetch().CommittedOffset);
        Assert.Equal(-1, one.Fetch("u").CommittedOffset);
    }

    [Fact]
    public void A_retention_of_its_own_counts_for_its_offset()
    {
        using Coordinated one = new();
        one.Commit(1, version: 4, retentionMs: 60_000);
        one.Commit(2, version: 4, partition: 1);
        one.Reload();
        one.Advance(601_000);
        Assert.Equal(-1, one.Fetch().CommittedOffset);
        Assert.Equal(2, one.Fetch(partition: 1).CommittedOffset);
    }

    [Fact]
    public void Pending_offsets_keep_their_group_from_expiring()
    {
        using Coordinated one = new();
        one.CommitInTransaction(50, 9);
        one.Clock.Advance(8 * Day);
        one.Advance(1000);
        Assert.Single(one.List().Groups);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(10)]
    public void Fetches_of_every_form_are_answered_in_it(short version)
    {
        OffsetFetchRequest request = version < 8
            ? new OffsetFetchRequest { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = [3] }] }
            : new OffsetFetchRequest
            {
                Groups = [new() { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = [3] }] }],
            };
        OffsetFetchRequest.OffsetFetchRequestGroup group = Assert.Single(OffsetFetchShape.GroupsOf(request, version));
        Assert.Equal("g", group.GroupId);
        OffsetFetchResponse.OffsetFetchResponseGroup failed = new() { GroupId = "g", ErrorCode = 16 };
        OffsetFetchResponse response = OffsetFetchShape.ResponseOf(request, [failed], version);
        Assert.NotEmpty(MessageCodec.Encode(response, version));
        Assert.Equal(version is >= 2 and < 8 ? 16 : 0, response.ErrorCode);
        Assert.Equal(version < 2, response.Topics.Length == 1 && response.Topics[0].Partitions[0].ErrorCode == 16);
        Assert.Equal(version >= 8, response.Groups.Length == 1 && response.Groups[0].ErrorCode == 16);
    }
}
