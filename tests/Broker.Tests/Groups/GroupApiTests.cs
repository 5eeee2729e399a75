using Millrace.Base;
using Millrace.Broker.Tests.Admin;
using Millrace.Broker.Tests.Live;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Groups;

public sealed class GroupApiTests : IDisposable
{
    private readonly GroupRig rig = new();
    private readonly WireClient client;

    public GroupApiTests()
    {
        client = rig.Connect();
        rig.AddTopic("t", partitions: 2);
    }

    private Uuid T => rig.IdOf("t");

    public void Dispose()
    {
        client.Dispose();
        rig.Dispose();
    }

    [Fact]
    public void A_member_joins_syncs_beats_and_leaves_in_every_version()
    {
        client.FindCoordinator("g");
        foreach (short version in AdminRig.VersionsOf(ApiKey.JoinGroup))
        {
            string group = $"joins-{version}";
            JoinGroupResponse joined = client.Join(group, version);
            Assert.Equal((0, 1, joined.MemberId), (joined.ErrorCode, joined.GenerationId, joined.Leader));
            Assert.Equal("range", joined.ProtocolName);
            Assert.Equal(joined.MemberId, Assert.Single(joined.Members).MemberId);
            Assert.StartsWith("test-", joined.MemberId);

            short sync = Math.Min(version, (short)5);
            SyncGroupResponse synced = client.Sync(group, joined, [1, 2, 3], sync);
            Assert.Equal(0, synced.ErrorCode);
            Assert.Equal([1, 2, 3], synced.Assignment);

            short beat = Math.Min(version, (short)4);
            HeartbeatRequest heartbeat = new()
            {
                GroupId = group, GenerationId = 1, MemberId = joined.MemberId,
            };
            Assert.Equal(0, client.Ask<HeartbeatResponse>(ApiKey.Heartbeat, beat, heartbeat).ErrorCode);

            short leave = Math.Min(version, (short)5);
            LeaveGroupRequest leaving = leave < 3
                ? new() { GroupId = group, MemberId = joined.MemberId }
                : new() { GroupId = group, Members = [new() { MemberId = joined.MemberId }] };
            LeaveGroupResponse left = client.Ask<LeaveGroupResponse>(ApiKey.LeaveGroup, leave, leaving);
            Assert.Equal(0, left.ErrorCode);
            Assert.All(left.Members, member => Assert.Equal(0, member.ErrorCode));
            Assert.Equal(
                (short)ErrorCode.UnknownMemberId,
                client.Ask<HeartbeatResponse>(ApiKey.Heartbeat, beat, heartbeat).ErrorCode);
        }
    }

    [Fact]
    public void A_sync_has_to_name_its_protocol_from_version_5_on()
    {
        client.FindCoordinator("g");
        JoinGroupResponse joined = client.Join("g");
        SyncGroupResponse refused = client.Ask<SyncGroupResponse>(ApiKey.SyncGroup, 5, new SyncGroupRequest
        {
            GroupId = "g", GenerationId = joined.GenerationId, MemberId = joined.MemberId,
        });
        Assert.Equal((short)ErrorCode.InconsistentGroupProtocol, refused.ErrorCode);
    }

    [Fact]
    public void Offsets_are_committed_and_fetched_in_every_version()
    {
        client.FindCoordinator("g");
        foreach (short version in AdminRig.VersionsOf(ApiKey.OffsetCommit))
        {
            Assert.Equal(ErrorCode.None, client.Commit($"g{version}", "t", T, 40 + version, version));
            Assert.Equal(40 + version, client.Committed($"g{version}", "t", T));
        }

        foreach (short version in AdminRig.VersionsOf(ApiKey.OffsetFetch))
        {
            foreach (bool isAll in version is 0 or 1 ? [false] : new[] { false, true })
            {
                CheckFetch(version, isAll);
            }
        }
    }

    private void CheckFetch(short version, bool isAll)
    {
        OffsetFetchRequest request = version >= 8
            ? new()
            {
                Groups =
                [
                    new()
                    {
                        GroupId = "g3",
                        Topics = isAll ? null : [new() { Name = "t", TopicId = T, PartitionIndexes = [0] }],
                    },
                    new() { GroupId = "nobody", Topics = [new() { Name = "t", TopicId = T, PartitionIndexes = [1] }] },
                ],
            }
            : new() { GroupId = "g3", Topics = isAll ? null : [new() { Name = "t", PartitionIndexes = [0] }] };
        OffsetFetchResponse response = client.Ask<OffsetFetchResponse>(ApiKey.OffsetFetch, version, request);
        if (version < 8)
        {
            var old = Assert.Single(Assert.Single(response.Topics).Partitions);
            Assert.Equal((43, "note 43", (short)0), (old.CommittedOffset, old.Metadata, old.ErrorCode));
            return;
        }

        Assert.Equal(["g3", "nobody"], response.Groups.Select(group => group.GroupId));
        var topic = Assert.Single(response.Groups[0].Topics);
        Assert.Equal(version >= 10 ? ("", T) : ("t", Uuid.Zero), (topic.Name, topic.TopicId));
        Assert.Equal((43, "note 43"), (topic.Partitions[0].CommittedOffset, topic.Partitions[0].Metadata));
        Assert.Equal(-1, response.Groups[1].Topics[0].Partitions[0].CommittedOffset);
    }

    [Fact]
    public void Offsets_of_what_is_not_there_are_refused_and_the_others_committed()
    {
        client.FindCoordinator("g");
        OffsetCommitRequest request = GroupClientSteps.CommitRequest("g", "t", T, 5);
        request.Topics[0].Partitions =
        [
            new() { PartitionIndex = 0, CommittedOffset = 5 },
            new() { PartitionIndex = 7, CommittedOffset = 6 },
        ];
        request.Topics = [.. request.Topics, new() { Name = "gone", Partitions = [new() { PartitionIndex = 1 }] }];
        OffsetCommitResponse response = client.AskLoaded<OffsetCommitResponse>(
            ApiKey.OffsetCommit, 9, request, answer => answer.Topics[0].Partitions[^1].ErrorCode);
        Assert.Equal(["t", "gone"], response.Topics.Select(topic => topic.Name));
        Assert.Equal(
            [(7, (short)ErrorCode.UnknownTopicOrPartition), (0, (short)0)],
            response.Topics[0].Partitions.Select(one => (one.PartitionIndex, one.ErrorCode)));
        Assert.Equal((short)ErrorCode.UnknownTopicOrPartition, response.Topics[1].Partitions[0].ErrorCode);
        Assert.Equal(5, client.Committed("g", "t", T));
    }

    [Fact]
    public void An_id_that_nobody_knows_is_told_as_such()
    {
        client.FindCoordinator("g");
        Uuid unknown = new(1, 2);
        Assert.Equal(ErrorCode.UnknownTopicId, client.Commit("g", "", unknown, 5));
        OffsetFetchResponse fetched = client.AskLoaded<OffsetFetchResponse>(
            ApiKey.OffsetFetch,
            10,
            new OffsetFetchRequest
            {
                Groups = [new() { GroupId = "g", Topics = [new() { TopicId = unknown, PartitionIndexes = [3] }] }],
            },
            answer => answer.Groups[0].ErrorCode);
        var partition = fetched.Groups[0].Topics[0].Partitions[0];
        Assert.Equal(
            (3, -1L, (short)ErrorCode.UnknownTopicId),
            (partition.PartitionIndex, partition.CommittedOffset, partition.ErrorCode));
    }

    [Fact]
    public void Groups_are_listed_described_and_deleted_in_every_version()
    {
        client.FindCoordinator("g");
        JoinGroupResponse joined = client.Join("live");
        client.Sync("live", joined, [9]);
        Assert.Equal(ErrorCode.None, client.Commit("empty", "t", T, 1));
        foreach (short version in AdminRig.VersionsOf(ApiKey.ListGroups))
        {
            ListGroupsResponse listed = client.Ask<ListGroupsResponse>(
                ApiKey.ListGroups, version, new ListGroupsRequest());
            Assert.Equal(0, listed.ErrorCode);
            Assert.Equal(["empty", "live"], listed.Groups.Select(group => group.GroupId).Order());
        }

        ListGroupsResponse stable = client.Ask<ListGroupsResponse>(
            ApiKey.ListGroups, 5, new ListGroupsRequest { StatesFilter = ["Stable"], TypesFilter = ["classic"] });
        Assert.Equal(("live", "Stable", "classic"), (
            Assert.Single(stable.Groups).GroupId, stable.Groups[0].GroupState, stable.Groups[0].GroupType));
        foreach (short version in AdminRig.VersionsOf(ApiKey.DescribeGroups))
        {
            CheckDescription(version);
        }

        foreach (short version in AdminRig.VersionsOf(ApiKey.DeleteGroups))
        {
            DeleteGroupsResponse deleted = client.Ask<DeleteGroupsResponse>(
                ApiKey.DeleteGroups, version, new DeleteGroupsRequest { GroupsNames = ["live", "none", "live"] });
            Assert.Equal(
                [("live", (short)ErrorCode.NonEmptyGroup), ("none", (short)ErrorCode.GroupIdNotFound)],
                deleted.Results.Select(one => (one.GroupId, one.ErrorCode)).Order());
        }

        DeleteGroupsResponse gone = client.Ask<DeleteGroupsResponse>(
            ApiKey.DeleteGroups, 2, new DeleteGroupsRequest { GroupsNames = ["empty"] });
        Assert.Equal(0, Assert.Single(gone.Results).ErrorCode);
        Assert.Equal(-1, client.Committed("empty", "t", T));
    }

    private void CheckDescription(short version)
    {
        DescribeGroupsResponse described = client.Ask<DescribeGroupsResponse>(
            ApiKey.DescribeGroups,
            version,
            new DescribeGroupsRequest
            {
                Groups = ["live", "none"], IncludeAuthorizedOperations = version >= 3,
            });
        DescribeGroupsResponse.DescribedGroup live = described.Groups[0];
        Assert.Equal(
            ("live", "Stable", "consumer", "range"),
            (live.GroupId, live.GroupState, live.ProtocolType, live.ProtocolData));
        DescribeGroupsResponse.DescribedGroupMember member = Assert.Single(live.Members);
        Assert.Equal(("test", "/127.0.0.1"), (member.ClientId, member.ClientHost));
        Assert.Equal([9], member.MemberAssignment);

        // Read, delete, describe, describe configs, alter configs.
        int operations = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11);
        Assert.Equal(version >= 3 ? operations : int.MinValue, live.AuthorizedOperations);
        Assert.Equal("Dead", described.Groups[1].GroupState);
        Assert.Equal(
            version >= 6 ? (short)ErrorCode.GroupIdNotFound : (short)0, described.Groups[1].ErrorCode);
    }

    [Fact]
    public void Offsets_are_deleted_one_by_one()
    {
        client.FindCoordinator("g");
        client.Commit("g", "t", T, 1);
        client.Commit("g", "t", T, 2, partition: 1);
        OffsetDeleteResponse deleted = client.Ask<OffsetDeleteResponse>(ApiKey.OffsetDelete, 0, new OffsetDeleteRequest
        {
            GroupId = "g",
            Topics =
            [
                new() { Name = "t", Partitions = [new() { PartitionIndex = 0 }, new() { PartitionIndex = 8 }] },
            ],
        });
        Assert.Equal(0, deleted.ErrorCode);
        Assert.Equal(
            [(8, (short)ErrorCode.UnknownTopicOrPartition), (0, (short)0)],
            Assert.Single(deleted.Topics).Partitions.Select(one => (one.PartitionIndex, one.ErrorCode)));
        Assert.Equal(-1, client.Committed("g", "t", T));
        Assert.Equal(2, client.Committed("g", "t", T, partition: 1));
        OffsetDeleteResponse missing = client.Ask<OffsetDeleteResponse>(
            ApiKey.OffsetDelete, 0, new OffsetDeleteRequest { GroupId = "nobody" });
        Assert.Equal((short)ErrorCode.GroupIdNotFound, missing.ErrorCode);
    }
}
