using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Tests.Groups;

/// <summary>Groups of protocols that are not spoken here keep their id, their records and their offsets.</summary>
public sealed class OpaqueGroupTests
{
    private static readonly CoordinatorRecord ConsumerEpoch = new(
        new ConsumerGroupMetadataKey { GroupId = "g" }, new ConsumerGroupMetadataValue { Epoch = 3 });

    private static readonly CoordinatorRecord ConsumerMember = new(
        new ConsumerGroupMemberMetadataKey { GroupId = "g", MemberId = "m" },
        new ConsumerGroupMemberMetadataValue { SubscribedTopicNames = ["t"], ClassicMemberMetadata = null });

    private static readonly CoordinatorRecord ConsumerAssignment = new(
        new ConsumerGroupCurrentMemberAssignmentKey { GroupId = "g", MemberId = "m" },
        new ConsumerGroupCurrentMemberAssignmentValue { MemberEpoch = 3 });

    private static readonly CoordinatorRecord ConsumerTarget = new(
        new ConsumerGroupTargetAssignmentMetadataKey { GroupId = "g" },
        new ConsumerGroupTargetAssignmentMetadataValue { AssignmentEpoch = 3 });

    [Fact]
    public void A_consumer_group_with_members_can_not_be_joined_described_or_deleted()
    {
        using Coordinated one = Loaded(ConsumerEpoch, ConsumerMember, ConsumerTarget, ConsumerAssignment);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, (ErrorCode)one.Join().Value.ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)one.Sync("m", 3).Value.ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, one.Heartbeat("m", 3));
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)one.Leave(5, ("m", null)).Members[0].ErrorCode);
        Assert.Equal(ErrorCode.NonEmptyGroup, one.Delete());
        Assert.Equal("Group g is not a classic group.", one.Describe().ErrorMessage);
        ListGroupsResponse.ListedGroup listed = Assert.Single(one.List().Groups);
        Assert.Equal(("consumer", "consumer", "Stable"), (listed.GroupType, listed.ProtocolType, listed.GroupState));
    }

    [Fact]
    public void Its_members_commit_with_their_epoch()
    {
        using Coordinated one = Loaded(ConsumerEpoch, ConsumerMember, ConsumerTarget, ConsumerAssignment);
        Assert.Equal(ErrorCode.None, one.Commit(1, "m", 3));
        Assert.Equal(ErrorCode.StaleMemberEpoch, one.Commit(1, "m", 2));
        Assert.Equal(ErrorCode.UnknownMemberId, one.Commit(1, "n", 3));
        Assert.Equal(ErrorCode.UnknownMemberId, one.Commit(1));
        Assert.Equal(ErrorCode.StaleMemberEpoch, one.CommitInTransaction(7, 1, "m", 2));
        Assert.Equal(ErrorCode.IllegalGeneration, one.CommitInTransaction(7, 1, "m", 2, version: 5));
        Assert.Equal(
            ErrorCode.GroupSubscribedToTopic, (ErrorCode)one.DeleteOffset().Topics[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public void An_empty_consumer_group_makes_way_for_a_classic_one_and_keeps_its_offsets()
    {
        using Coordinated one = Loaded(ConsumerEpoch, ConsumerTarget);
        one.Commit(5);
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)one.Join("m").Value.ErrorCode);
        Assert.Equal("consumer", one.List().Groups[0].GroupType);
        Assert.Equal(ErrorCode.MemberIdRequired, (ErrorCode)one.Join().Value.ErrorCode);
        Assert.Equal("classic", one.List().Groups[0].GroupType);
        one.Reload();
        Assert.Equal("classic", one.List().Groups[0].GroupType);
        Assert.Equal(5, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void An_empty_consumer_group_that_can_not_be_replaced_in_the_log_stays()
    {
        using Coordinated one = Loaded(ConsumerEpoch);
        one.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
        one.Join();
        Assert.Equal("consumer", one.List().Groups[0].GroupType);
    }

    [Fact]
    public void An_empty_consumer_group_is_deleted_with_all_its_records()
    {
        using Coordinated one = Loaded(ConsumerEpoch, ConsumerTarget);
        one.Commit(5);
        Assert.Equal(ErrorCode.None, one.Delete());
        one.Reload();
        Assert.Empty(one.List().Groups);
        Assert.Equal(-1, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void A_share_group_keeps_its_id_even_when_empty()
    {
        using Coordinated one = Loaded(
            new CoordinatorRecord(
                new ShareGroupMetadataKey { GroupId = "g" }, new ShareGroupMetadataValue { Epoch = 1 }),
            new CoordinatorRecord(
                new ShareGroupStatePartitionMetadataKey { GroupId = "g" },
                new ShareGroupStatePartitionMetadataValue()));
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, (ErrorCode)one.Join().Value.ErrorCode);
        Assert.Equal(ErrorCode.GroupIdNotFound, one.Commit(1));
        Assert.Equal(-1, one.Fetch().CommittedOffset);
        Assert.Equal(ErrorCode.GroupDeletionFailed, one.Delete());
        one.Clock.Advance(30L * 24 * 60 * 60 * 1000);
        one.Advance(1000);
        Assert.Equal("share", Assert.Single(one.List().Groups).GroupType);
    }

    private static Coordinated Loaded(params CoordinatorRecord[] records)
    {
        Coordinated one = new(leads: false);
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch { Codec = new Codec(CompressionCodec.Gzip) });
        foreach (CoordinatorRecord record in records)
        {
            builder.Append(
                one.Clock.WallMs,
                CoordinatorRecordFormat.EncodeKey(record),
                CoordinatorRecordFormat.EncodeValue(record));
        }

        one.Log.Load(builder.Finish().ToArray());
        one.Lead();
        return one;
    }
}
