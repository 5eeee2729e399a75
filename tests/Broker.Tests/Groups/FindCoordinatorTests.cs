using Millrace.Broker.Tests.Admin;
using Millrace.Broker.Tests.Live;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Groups;

public sealed class FindCoordinatorTests
{
    [Fact]
    public void Every_version_finds_the_one_broker()
    {
        using GroupRig rig = new();
        using WireClient client = rig.Connect();
        foreach (short version in AdminRig.VersionsOf(ApiKey.FindCoordinator))
        {
            bool isOld = version < 4;
            FindCoordinatorRequest request = isOld
                ? new() { Key = "g" }
                : new() { CoordinatorKeys = ["g", "other"] };
            FindCoordinatorResponse found = client.Ask<FindCoordinatorResponse>(
                ApiKey.FindCoordinator, version, request);
            if (isOld)
            {
                Assert.Equal((0, 1, "127.0.0.1"), (found.ErrorCode, found.NodeId, found.Host));
                Assert.Equal(rig.Port, found.Port);
                continue;
            }

            Assert.Equal(["g", "other"], found.Coordinators.Select(one => one.Key));
            Assert.All(
                found.Coordinators, one => Assert.Equal((0, 1, rig.Port), (one.ErrorCode, one.NodeId, one.Port)));
        }
    }

    [Fact]
    public void The_first_look_creates_the_offsets_topic_with_its_own_settings()
    {
        using GroupRig rig = new("offsets.topic.segment.bytes=2000000");
        using WireClient client = rig.Connect();
        client.FindCoordinator("g");
        TopicImage topic = rig.Node.Image.TopicsByName[InternalTopics.ConsumerOffsets];
        Assert.Equal(3, topic.PartitionCount);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["cleanup.policy"] = "compact", ["compression.type"] = "producer", ["segment.bytes"] = "2000000",
            },
            rig.Node.Image.ConfigsOf(ConfigResourceKey.Topic(topic.Name)));
    }

    [Fact]
    public void Metadata_creates_the_offsets_topic_with_the_same_settings()
    {
        using GroupRig rig = new();
        using WireClient client = rig.Connect();
        MetadataResponse response = client.Ask<MetadataResponse>(
            ApiKey.Metadata,
            12,
            new MetadataRequest
            {
                Topics = [new() { Name = InternalTopics.ConsumerOffsets }], AllowAutoTopicCreation = true,
            });
        MetadataResponse.MetadataResponseTopic topic = Assert.Single(response.Topics);
        Assert.True(topic.IsInternal);
        Assert.Equal(3, topic.Partitions.Length);
        Assert.Equal(
            "compact",
            rig.Node.Image.ConfigsOf(ConfigResourceKey.Topic(topic.Name!))["cleanup.policy"]);
    }

    [Fact]
    public void A_topic_that_cannot_be_created_makes_no_coordinator()
    {
        using GroupRig rig = new("offsets.topic.replication.factor=3");
        using WireClient client = rig.Connect();
        FindCoordinatorResponse found = client.Ask<FindCoordinatorResponse>(
            ApiKey.FindCoordinator, 2, new FindCoordinatorRequest { Key = "g" });
        Assert.Equal(
            ((short)ErrorCode.CoordinatorNotAvailable, -1, "", -1),
            (found.ErrorCode, found.NodeId, found.Host, found.Port));
        Assert.Contains(rig.Node.Lines, line => line.Contains("__consumer_offsets could not be created"));
    }

    [Theory]
    [InlineData(5, CoordinatorKind.Share)]
    [InlineData(6, CoordinatorKind.Share)]
    [InlineData(4, 17)]
    public void A_kind_of_key_that_nobody_coordinates_is_an_invalid_request(short version, sbyte keyType)
    {
        using GroupRig rig = new();
        using WireClient client = rig.Connect();
        FindCoordinatorResponse found = client.Ask<FindCoordinatorResponse>(
            ApiKey.FindCoordinator,
            version,
            new FindCoordinatorRequest { KeyType = keyType, CoordinatorKeys = ["a", "b"] });
        Assert.Equal(["a", "b"], found.Coordinators.Select(one => one.Key));
        Assert.All(
            found.Coordinators,
            one => Assert.Equal(((short)ErrorCode.InvalidRequest, -1, -1), (one.ErrorCode, one.NodeId, one.Port)));
    }
}
