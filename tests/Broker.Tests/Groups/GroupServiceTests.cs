using Millrace.Base;
using Millrace.Broker.Tests.Live;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Groups;

public sealed class GroupServiceTests
{
    [Fact]
    public void Without_the_offsets_topic_nobody_is_coordinated()
    {
        using GroupRig rig = new();
        using WireClient client = rig.Connect();
        JoinGroupResponse joined = client.Ask<JoinGroupResponse>(
            ApiKey.JoinGroup, 9, GroupClientSteps.JoinRequest("g"));
        Assert.Equal((short)ErrorCode.NotCoordinator, joined.ErrorCode);
        Assert.Empty(client.Ask<ListGroupsResponse>(ApiKey.ListGroups, 5, new ListGroupsRequest()).Groups);
    }

    [Theory]
    [InlineData("offsets.load.buffer.size=1")]
    [InlineData("offsets.topic.compression.codec=4")]
    public void Offsets_and_members_outlive_a_restart(string config)
    {
        using GroupRig rig = new(config);
        rig.AddTopic("t");
        JoinGroupResponse joined;
        using (WireClient client = rig.Connect())
        {
            client.FindCoordinator("g");
            joined = client.Join("g");
            client.Sync("g", joined, [7]);
            for (int offset = 1; offset <= 20; offset++)
            {
                Assert.Equal(ErrorCode.None, client.Commit($"simple-{offset}", "t", rig.IdOf("t"), offset));
            }
        }

        rig.Restart();
        using WireClient again = rig.Connect();
        for (int offset = 1; offset <= 20; offset++)
        {
            Assert.Equal(offset, again.Committed($"simple-{offset}", "t", rig.IdOf("t")));
        }

        SyncGroupResponse synced = again.Sync("g", joined, []);
        Assert.Equal(0, synced.ErrorCode);
        Assert.Equal([7], synced.Assignment);
    }

    [Fact]
    public void A_deleted_topic_takes_its_offsets_along()
    {
        using GroupRig rig = new();
        rig.AddTopic("t");
        rig.AddTopic("kept");
        using WireClient client = rig.Connect();
        client.FindCoordinator("g");
        client.Commit("g", "t", rig.IdOf("t"), 5);
        client.Commit("g", "kept", rig.IdOf("kept"), 6);
        Uuid before = rig.IdOf("t");
        client.Ask<DeleteTopicsResponse>(
            ApiKey.DeleteTopics, 6, new DeleteTopicsRequest { Topics = [new() { Name = "t" }] });
        rig.AddTopic("t");
        Assert.NotEqual(before, rig.IdOf("t"));
        OffsetFetchResponse all = client.Ask<OffsetFetchResponse>(
            ApiKey.OffsetFetch, 8, new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = null }] });
        Assert.Equal("kept", Assert.Single(all.Groups[0].Topics).Name);
        Assert.Equal(-1, client.Committed("g", "t", rig.IdOf("t")));
    }

    [Fact]
    public void The_offsets_topic_itself_may_be_deleted_and_comes_again()
    {
        using GroupRig rig = new();
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindCoordinator("g");
        client.Commit("g", "t", rig.IdOf("t"), 5);
        DeleteTopicsResponse deleted = client.Ask<DeleteTopicsResponse>(
            ApiKey.DeleteTopics,
            6,
            new DeleteTopicsRequest { Topics = [new() { Name = InternalTopics.ConsumerOffsets }] });
        Assert.Equal(0, deleted.Responses[0].ErrorCode);
        Assert.Equal(ErrorCode.NotCoordinator, client.Commit("g", "t", rig.IdOf("t"), 6));
        client.FindCoordinator("g");
        Assert.Equal(-1, client.Committed("g", "t", rig.IdOf("t")));
        Assert.Equal(ErrorCode.None, client.Commit("g", "t", rig.IdOf("t"), 7));
    }

    [Fact]
    public void Groups_go_to_the_partitions_that_the_topic_really_has()
    {
        using GroupRig rig = new();
        rig.AddTopic(InternalTopics.ConsumerOffsets, partitions: 1);
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        for (int group = 0; group < 10; group++)
        {
            Assert.Equal(ErrorCode.None, client.Commit($"g{group}", "t", rig.IdOf("t"), group));
        }
    }

    [Fact]
    public void A_stop_answers_those_who_wait_for_their_group()
    {
        using GroupRig rig = new("group.initial.rebalance.delay.ms=3000000");
        using WireClient client = rig.Connect();
        client.FindCoordinator("g");
        JoinGroupRequest request = GroupClientSteps.JoinRequest("g", instance: "one");
        int correlation = client.Send(ApiKey.JoinGroup, 9, request);
        using WireClient other = rig.Connect();
        while (DescribedState(other) != "PreparingRebalance")
        {
            Thread.Sleep(1);
        }

        rig.BeginStop();
        JoinGroupResponse answer = client.Receive<JoinGroupResponse>(ApiKey.JoinGroup, 9, correlation);
        Assert.Equal((short)ErrorCode.NotCoordinator, answer.ErrorCode);
    }

    [Fact]
    public void The_high_watermark_brings_the_answer_where_it_waits_for_the_disk()
    {
        using GroupRig rig = new("millrace.flush.before.ack=true");
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindCoordinator("g");
        for (int offset = 0; offset < 5; offset++)
        {
            Assert.Equal(ErrorCode.None, client.Commit("g", "t", rig.IdOf("t"), offset));
        }

        Assert.True(rig.Node.Partitions.TryFind(InternalTopics.ConsumerOffsets, out TopicEntry? topic));
        Partition partition = topic.Find(rig.Node.Groups.Coordinator.PartitionOf("g"))!;
        Assert.Equal(partition.Log!.LogEndOffset, partition.Log.FlushedOffset);
        Assert.True(partition.Log.LogEndOffset >= 5);
    }

    private static string DescribedState(WireClient client) => client.Ask<DescribeGroupsResponse>(
        ApiKey.DescribeGroups, 5, new DescribeGroupsRequest { Groups = ["g"] }).Groups[0].GroupState;
}
