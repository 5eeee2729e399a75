using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Admin;

public sealed class ClusterHandlerTests : IDisposable
{
    private readonly AdminRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public void Every_version_describes_the_cluster_by_the_address_that_the_client_connected_to()
    {
        DescribeClusterHandler handler = new(rig.Controller, rig.View, rig.Authorizer, rig.Node);
        foreach (short version in AdminRig.VersionsOf(ApiKey.DescribeCluster))
        {
            DescribeClusterResponse response = AdminRig.Ask(
                handler, new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true }, version);
            Assert.Equal((0, AdminRig.ClusterId, 1), (response.ErrorCode, response.ClusterId, response.ControllerId));
            DescribeClusterResponse.DescribeClusterBroker broker = Assert.Single(response.Brokers);
            Assert.Equal((1, "127.0.0.9", 19092), (broker.BrokerId, broker.Host, broker.Port));
            Assert.Equal(8096, response.ClusterAuthorizedOperations);
        }
    }

    [Theory]
    [InlineData(2, ErrorCode.MismatchedEndpointType)]
    [InlineData(7, ErrorCode.UnsupportedEndpointType)]
    public void Who_wants_to_reach_another_kind_of_node_is_told_so(int type, ErrorCode code)
    {
        DescribeClusterHandler handler = new(rig.Controller, rig.View, rig.Authorizer, rig.Node);
        DescribeClusterRequest request = new() { EndpointType = (sbyte)type };
        Assert.Equal((short)code, AdminRig.Ask(handler, request, 1).ErrorCode);
    }

    [Fact]
    public void Topics_are_told_page_by_page_and_each_partition_once()
    {
        CreateTopics("a", "b", "c");
        DescribeTopicPartitionsHandler handler = new(rig.Controller, rig.View, rig.Authorizer);
        DescribeTopicPartitionsRequest request = new() { ResponsePartitionLimit = 2 };
        List<string> told = [];
        int pages = 0;
        while (true)
        {
            DescribeTopicPartitionsResponse page = AdminRig.Ask(handler, request, 0);
            pages++;
            Assert.True(page.Topics.Sum(topic => topic.Partitions.Length) <= 2);
            told.AddRange(page.Topics.SelectMany(
                topic => topic.Partitions.Select(partition => $"{topic.Name}{partition.PartitionIndex}")));
            if (page.NextCursor is not { } next)
            {
                break;
            }

            request.Cursor = new() { TopicName = next.TopicName, PartitionIndex = next.PartitionIndex };
        }

        Assert.Equal(["a0", "a1", "a2", "b0", "b1", "b2", "c0", "c1", "c2"], told);
        Assert.Equal(5, pages);
    }

    [Fact]
    public void The_operators_limit_bounds_a_page_too_and_errors_are_told_by_topic()
    {
        using AdminRig small = new("max.request.partition.size.limit=1");
        Assert.True(small.Creator.TryCreate(["one", "two"], AdminRig.CallerOf(7)));
        DescribeTopicPartitionsHandler handler = new(small.Controller, small.View, small.Authorizer);
        DescribeTopicPartitionsResponse page = AdminRig.Ask(
            handler, new DescribeTopicPartitionsRequest { Topics = [new() { Name = "one" }, new() { Name = "two" }] },
                0);
        Assert.Equal("one", Assert.Single(page.Topics).Name);
        Assert.Equal(("two", 0), (page.NextCursor!.TopicName, page.NextCursor.PartitionIndex));
        page = AdminRig.Ask(
            handler,
            new DescribeTopicPartitionsRequest { Topics = [new() { Name = "missing" }, new() { Name = "a b" }] },
            0);
        Assert.Equal(
            [(short)ErrorCode.InvalidTopicException, (short)ErrorCode.UnknownTopicOrPartition],
            page.Topics.Select(topic => topic.ErrorCode));
        DescribeTopicPartitionsRequest badCursor = new()
        {
            Topics = [new() { Name = "one" }],
            Cursor = new() { TopicName = "one", PartitionIndex = -1 },
        };
        Assert.Equal((short)ErrorCode.InvalidRequest, AdminRig.Ask(handler, badCursor, 0).Topics[0].ErrorCode);
    }

    [Fact]
    public void Every_version_tells_the_log_directories_and_the_sizes_in_them()
    {
        CreateTopics("held", "other");
        DescribeLogDirsHandler handler = new(rig.Controller, rig.Logs, rig.Authorizer);
        foreach (short version in AdminRig.VersionsOf(ApiKey.DescribeLogDirs))
        {
            DescribeLogDirsResponse all = AdminRig.Ask(handler, new DescribeLogDirsRequest { Topics = null }, version);
            DescribeLogDirsResponse.DescribeLogDirsResult directory = Assert.Single(all.Results);
            Assert.Equal((0, rig.Folder), (directory.ErrorCode, directory.LogDir));
            Assert.Equal(["held", "other"], directory.Topics.Select(topic => topic.Name).Order());
            Assert.Equal(3, directory.Topics[0].Partitions.Length);
            Assert.Equal(version >= 4, directory.TotalBytes > 0);
            DescribeLogDirsRequest one = new() { Topics = [new() { Topic = "held", Partitions = [1] }] };
            directory = AdminRig.Ask(handler, one, version).Results[0];
            Assert.Equal(1, Assert.Single(Assert.Single(directory.Topics).Partitions).PartitionIndex);
        }
    }

    [Fact]
    public void Every_version_describes_the_quorum_of_one()
    {
        DescribeQuorumHandler handler = new(
            rig.Controller,
            rig.Authorizer,
            SystemClock.Instance,
            rig.Logs.All[0].DirectoryId,
            [new ListenerEndpoint("CONTROLLER", ListenerProtocol.Plaintext, "10.0.0.1", 9093)]);
        foreach (short version in AdminRig.VersionsOf(ApiKey.DescribeQuorum))
        {
            DescribeQuorumResponse response = AdminRig.Ask(handler, QuorumRequest("__cluster_metadata"), version);
            DescribeQuorumResponse.PartitionData told = response.Topics[0].Partitions[0];
            Assert.Equal((0, 0, 1), (response.ErrorCode, told.ErrorCode, told.LeaderId));
            Assert.Equal(
                (rig.Controller.Quorum.Epoch, rig.Controller.Quorum.EndOffset), (told.LeaderEpoch, told.HighWatermark));
            Assert.Equal(
                (1, told.HighWatermark), (told.CurrentVoters[0].ReplicaId, told.CurrentVoters[0].LogEndOffset));
            Assert.Equal(version >= 1, told.CurrentVoters[0].LastCaughtUpTimestamp > 0);
            Assert.Equal(version >= 2 ? 1 : 0, response.Nodes.Length);
            response = AdminRig.Ask(handler, QuorumRequest("topic"), version);
            Assert.Equal(
                (short)ErrorCode.UnknownTopicOrPartition, response.Topics[0].Partitions[0].ErrorCode);
        }

        static DescribeQuorumRequest QuorumRequest(string topic) => new()
        {
            Topics = [new() { TopicName = topic, Partitions = [new() { PartitionIndex = 0 }] }],
        };
    }

    [Fact]
    public void A_leader_that_leads_already_needs_no_election_in_every_version()
    {
        CreateTopics("led");
        ElectLeadersHandler handler = new(rig.Controller, rig.Authorizer);
        foreach (short version in AdminRig.VersionsOf(ApiKey.ElectLeaders))
        {
            ElectLeadersRequest request = new() { TopicPartitions = [new() { Topic = "led", Partitions = [0, 9] }] };
            ElectLeadersResponse.PartitionResult[] results =
                AdminRig.Ask(handler, request, version).ReplicaElectionResults[0].PartitionResult;
            Assert.Equal(
                [(short)ErrorCode.ElectionNotNeeded, (short)ErrorCode.UnknownTopicOrPartition],
                results.Select(result => result.ErrorCode));
        }
    }

    [Fact]
    public void A_partition_cannot_be_moved_to_a_broker_that_is_not_there_and_none_is_being_moved()
    {
        CreateTopics("placed");
        AlterPartitionReassignmentsHandler alter = new(rig.Controller, rig.Authorizer);
        ListPartitionReassignmentsHandler list = new(rig.Controller, rig.Authorizer);
        foreach (short version in AdminRig.VersionsOf(ApiKey.AlterPartitionReassignments))
        {
            AlterPartitionReassignmentsRequest request = new()
            {
                Topics = [new() { Name = "placed", Partitions = [new() { PartitionIndex = 0, Replicas = [2] }] }],
            };
            Assert.Equal(
                (short)ErrorCode.InvalidReplicaAssignment,
                AdminRig.Ask(alter, request, version).Responses[0].Partitions[0].ErrorCode);
        }

        ListPartitionReassignmentsResponse listed = AdminRig.Ask(list, new ListPartitionReassignmentsRequest(), 0);
        Assert.Equal((0, 0), (listed.ErrorCode, listed.Topics.Length));
    }

    [Fact]
    public void A_feature_that_does_not_exist_is_not_updated_in_any_version()
    {
        UpdateFeaturesHandler handler = new(rig.Controller, rig.Authorizer);
        foreach (short version in AdminRig.VersionsOf(ApiKey.UpdateFeatures))
        {
            UpdateFeaturesRequest request = new()
            {
                FeatureUpdates = [new() { Feature = "no.such", MaxVersionLevel = 1 }],
            };
            Assert.Equal((short)ErrorCode.InvalidUpdateVersion, AdminRig.Ask(handler, request, version).ErrorCode);
        }
    }

    [Fact]
    public void A_feature_that_is_switched_off_is_told_by_ApiVersions_at_once()
    {
        UpdateFeaturesHandler handler = new(rig.Controller, rig.Authorizer);
        UpdateFeaturesRequest request = new()
        {
            FeatureUpdates = [new() { Feature = ClusterFeature.StreamsVersion, MaxVersionLevel = 0, UpgradeType = 3 }],
        };
        Assert.Contains(
            rig.Node.Features.Finalized, feature => feature.Name.SequenceEqual("streams.version"u8.ToArray()));
        Assert.Equal(0, AdminRig.Ask(handler, request, 2).ErrorCode);
        Assert.DoesNotContain(
            rig.Node.Features.Finalized, feature => feature.Name.SequenceEqual("streams.version"u8.ToArray()));
        Assert.Equal(rig.Image.Offset, rig.Node.Features.FinalizedEpoch);
    }

    [Fact]
    public void No_block_of_producer_ids_is_given_twice_not_even_across_restarts()
    {
        List<ProducerIdBlock> blocks = [Take(), Take()];
        rig.Restart();
        blocks.Add(Take());
        Assert.Equal([0, 1000, 2000], blocks.Select(block => block.First));
        Assert.All(blocks, block => Assert.Equal(1000, block.Count));

        ProducerIdBlock Take()
        {
            TaskCompletionSource<ProducerIdBlock?> given = new();
            rig.Controller.Request(given.SetResult);
            ProducerIdBlock? block = given.Task.GetAwaiter().GetResult();
            Assert.NotNull(block);
            return block.Value;
        }
    }

    private void CreateTopics(params string[] names)
    {
        CreateTopicsRequest request = new()
        {
            Topics = Array.ConvertAll(names, static name => new CreateTopicsRequest.CreatableTopic
            {
                Name = name,
                NumPartitions = 3,
                ReplicationFactor = 1,
            }),
        };
        CreateTopicsResponse response = AdminRig.Ask(new CreateTopicsHandler(rig.Controller, rig.Creator), request, 7);
        Assert.All(response.Topics, topic => Assert.Equal(0, topic.ErrorCode));
    }
}
