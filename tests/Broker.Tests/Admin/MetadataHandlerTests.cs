using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Asked = Millrace.Protocol.Messages.MetadataRequest.MetadataRequestTopic;

namespace Millrace.Broker.Tests.Admin;

public sealed class MetadataHandlerTests : IDisposable
{
    private AdminRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public void Every_version_tells_broker_and_topic_and_the_address_that_the_client_connected_to()
    {
        Assert.True(rig.Creator.TryCreate(["here"], AdminRig.CallerOf(7)));
        foreach (short version in AdminRig.VersionsOf(ApiKey.Metadata))
        {
            MetadataResponse response = Ask(new MetadataRequest { Topics = [new Asked { Name = "here" }] }, version);
            MetadataResponse.MetadataResponseBroker broker = Assert.Single(response.Brokers);
            Assert.Equal((1, "127.0.0.9", 19092), (broker.NodeId, broker.Host, broker.Port));
            MetadataResponse.MetadataResponseTopic topic = Assert.Single(response.Topics);
            Assert.Equal((0, "here"), (topic.ErrorCode, topic.Name));
            MetadataResponse.MetadataResponsePartition partition = Assert.Single(topic.Partitions);
            Assert.Equal((0, 0, 1), (partition.ErrorCode, partition.PartitionIndex, partition.LeaderId));
            Assert.Equal([1], partition.ReplicaNodes);
            Assert.Equal([1], partition.IsrNodes);
            Assert.Empty(partition.OfflineReplicas);
            Assert.Equal(version >= 2 ? AdminRig.ClusterId : null, response.ClusterId);
            Assert.Equal(version >= 1 ? 1 : -1, response.ControllerId);
            Assert.Equal(version >= 7 ? 0 : -1, partition.LeaderEpoch);
            Assert.Equal(version >= 10, topic.TopicId != Uuid.Zero);
        }
    }

    [Fact]
    public void An_advertised_listener_is_told_instead()
    {
        rig.Dispose();
        rig = new AdminRig("advertised.listeners=PLAINTEXT://kafka.example:777");
        MetadataResponse.MetadataResponseBroker broker = Ask(new MetadataRequest { Topics = [] }, 13).Brokers[0];
        Assert.Equal(("kafka.example", 777), (broker.Host, broker.Port));
    }

    [Fact]
    public void No_topic_at_all_means_all_in_version_0_and_none_later_where_null_means_all()
    {
        Assert.True(rig.Creator.TryCreate(["one", "two"], AdminRig.CallerOf(7)));
        Assert.Equal(2, Ask(new MetadataRequest { Topics = [] }, 0).Topics.Length);
        foreach (short version in AdminRig.VersionsOf(ApiKey.Metadata).Skip(1))
        {
            Assert.Empty(Ask(new MetadataRequest { Topics = [] }, version).Topics);
            Assert.Equal(2, Ask(new MetadataRequest { Topics = null }, version).Topics.Length);
        }
    }

    [Fact]
    public void A_topic_that_is_missing_is_created_and_told_in_the_same_answer()
    {
        foreach (short version in AdminRig.VersionsOf(ApiKey.Metadata))
        {
            string name = $"auto-{version}";
            MetadataResponse.MetadataResponseTopic topic = Ask(
                new MetadataRequest { Topics = [new Asked { Name = name }] }, version).Topics[0];
            Assert.Equal(0, topic.ErrorCode);
            Assert.Single(topic.Partitions);
            Assert.True(rig.Partitions.TryFind(name, out TopicEntry? entry));
            Assert.NotNull(entry.Find(0)!.Log);
        }
    }

    [Fact]
    public void A_client_that_does_not_want_topics_created_gets_the_error()
    {
        MetadataRequest request = new() { Topics = [new Asked { Name = "no" }], AllowAutoTopicCreation = false };
        Assert.Equal((short)ErrorCode.UnknownTopicOrPartition, Ask(request, 4).Topics[0].ErrorCode);
        Assert.False(rig.Image.TryFindTopic("no", out _));
    }

    [Fact]
    public void A_broker_that_does_not_create_topics_answers_the_error()
    {
        rig.Dispose();
        rig = new AdminRig("auto.create.topics.enable=false");
        MetadataRequest request = new() { Topics = [new Asked { Name = "no" }] };
        Assert.Equal((short)ErrorCode.UnknownTopicOrPartition, Ask(request, 9).Topics[0].ErrorCode);
        Assert.False(rig.Image.TryFindTopic("no", out _));
    }

    [Fact]
    public void A_name_that_no_topic_may_have_is_told_so()
    {
        MetadataRequest request = new() { Topics = [new Asked { Name = "a b" }] };
        Assert.Equal((short)ErrorCode.InvalidTopicException, Ask(request, 9).Topics[0].ErrorCode);
    }

    [Fact]
    public void Topics_are_found_by_their_id_from_version_12_on()
    {
        Assert.True(rig.Creator.TryCreate(["here"], AdminRig.CallerOf(7)));
        Assert.True(rig.Partitions.TryFind("here", out TopicEntry? here));
        Uuid unknown = new(9, 9);
        MetadataRequest request = new()
        {
            Topics = [new Asked { Name = null, TopicId = here.Id }, new Asked { Name = null, TopicId = unknown }],
        };
        MetadataResponse.MetadataResponseTopic[] topics = Ask(request, 12).Topics;
        Assert.Equal(((short)0, (string?)"here"), Told(here.Id));
        Assert.Equal(((short)ErrorCode.UnknownTopicId, (string?)null), Told(unknown));
        Assert.All(Ask(request, 11).Topics, topic => Assert.Equal((short)ErrorCode.InvalidRequest, topic.ErrorCode));

        (short Error, string? Name) Told(Uuid id)
        {
            MetadataResponse.MetadataResponseTopic topic = topics.Single(one => one.TopicId == id);
            return (topic.ErrorCode, topic.Name);
        }
    }

    [Fact]
    public void Authorized_operations_are_told_to_who_asks()
    {
        Assert.True(rig.Creator.TryCreate(["here"], AdminRig.CallerOf(7)));
        MetadataRequest request = new()
        {
            Topics = [new Asked { Name = "here" }, new Asked { Name = "missing" }],
            AllowAutoTopicCreation = false,
            IncludeClusterAuthorizedOperations = true,
            IncludeTopicAuthorizedOperations = true,
        };
        MetadataResponse response = Ask(request, 8);

        // Kafka's own answers where everything is allowed.
        Assert.Equal(8096, response.ClusterAuthorizedOperations);
        Assert.Equal([3576, 3576], response.Topics.Select(topic => topic.TopicAuthorizedOperations));
        request = new MetadataRequest { Topics = request.Topics, AllowAutoTopicCreation = false };
        response = Ask(request, 8);
        Assert.Equal(int.MinValue, response.ClusterAuthorizedOperations);
        Assert.Equal(int.MinValue, response.Topics[0].TopicAuthorizedOperations);
    }

    [Fact]
    public void Who_may_not_see_a_topic_is_not_told_of_it()
    {
        rig.Dispose();
        rig = new AdminRig(new HidesSecret());
        Assert.True(rig.Creator.TryCreate(["open"], AdminRig.CallerOf(7)));
        CreateTopicsRequest request = new()
        {
            Topics = [new() { Name = "secret", NumPartitions = 1, ReplicationFactor = 1 }],
        };
        Assert.Equal(
            0, AdminRig.Ask(new CreateTopicsHandler(rig.Controller, rig.Creator), request, 7).Topics[0].ErrorCode);
        Assert.Equal("open", Assert.Single(Ask(new MetadataRequest { Topics = null }, 9).Topics).Name);
        MetadataResponse.MetadataResponseTopic told = Ask(
            new MetadataRequest { Topics = [new Asked { Name = "secret" }] }, 12).Topics[0];
        Assert.Equal((short)ErrorCode.TopicAuthorizationFailed, told.ErrorCode);
        Assert.Equal(Uuid.Zero, told.TopicId);
        Assert.Empty(told.Partitions);
    }

    private MetadataResponse Ask(MetadataRequest request, short version)
    {
        MetadataHandler handler = new(rig.Controller, rig.View, rig.Creator, rig.Authorizer, rig.Node);
        MetadataRequest received = new();
        Assert.False(MessageCodec.Decode(MessageCodec.Encode(request, version), version, received).IsError);
        byte[] body = handler.Serve(received, AdminRig.CallerOf(version));
        MetadataResponse response = new();
        Assert.False(MessageCodec.Decode(body, version, response).IsError);
        return response;
    }

    private sealed class HidesSecret : IAuthorizer
    {
        public bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name) =>
            operation != AclOperation.Describe || !name.SequenceEqual("secret"u8);
    }
}
