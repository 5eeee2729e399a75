using Millrace.Protocol;
using Millrace.Protocol.Messages;
using static Millrace.Broker.Tests.Live.Requests;

namespace Millrace.Broker.Tests.Live;

public sealed class GateTests
{
    [Fact]
    public void ApiVersions_tells_the_table_in_every_version()
    {
        using LiveBroker broker = new();
        using WireClient client = broker.Connect();
        for (short version = 0; version <= 5; version++)
        {
            ApiVersionsResponse answer = client.Ask<ApiVersionsResponse>(ApiKey.ApiVersions, version, Hello());
            Assert.Equal(0, answer.ErrorCode);
            Assert.Equal(
                [
                    ("Produce", 0, 13), ("Fetch", 4, 18), ("ListOffsets", 0, 11), ("ApiVersions", 0, 5),
                    ("DeleteRecords", 0, 2), ("InitProducerId", 0, 5), ("OffsetForLeaderEpoch", 0, 4),
                    ("WriteTxnMarkers", 0, 2), ("DescribeProducers", 0, 0),
                ],
                answer.ApiKeys.Select(
                    api => (((ApiKey)api.ApiKey).ToString(), (int)api.MinVersion, (int)api.MaxVersion)));
            string[] features = version switch
            {
                < 3 => [],

                // Older clients cannot read a feature that begins at level 0.
                3 => ["metadata.version"],
                _ => ["metadata.version", "group.version"],
            };
            Assert.Equal(features, answer.SupportedFeatures.Select(feature => feature.Name));
        }
    }

    [Fact]
    public void An_ApiVersions_of_the_future_is_answered_in_the_oldest_form()
    {
        using LiveBroker broker = new();
        using WireClient client = broker.Connect();
        byte[] frame = WireClient.Frame(ApiKey.ApiVersions, 99, [1, 2, 3], correlation: 77);
        client.SendRaw(frame);
        ApiVersionsResponse answer = client.Receive<ApiVersionsResponse>(ApiKey.ApiVersions, 0, 77);
        Assert.Equal(Code(ErrorCode.UnsupportedVersion), answer.ErrorCode);
        ApiVersionsResponse.ApiVersion only = Assert.Single(answer.ApiKeys);
        Assert.Equal(((short)18, (short)0, (short)5), (only.ApiKey, only.MinVersion, only.MaxVersion));
        Assert.Equal(0, client.Ask<ApiVersionsResponse>(ApiKey.ApiVersions, 3, Hello()).ErrorCode);
    }

    [Fact]
    public void A_software_name_that_is_none_is_an_invalid_request()
    {
        using LiveBroker broker = new();
        using WireClient client = broker.Connect();
        ApiVersionsRequest request = Hello();
        request.ClientSoftwareName = "-bad";
        ApiVersionsResponse answer = client.Ask<ApiVersionsResponse>(ApiKey.ApiVersions, 4, request);
        Assert.Equal((Code(ErrorCode.InvalidRequest), 0), (answer.ErrorCode, answer.ApiKeys.Length));
    }

    [Theory]
    [InlineData("test-cluster", 1, ErrorCode.None)]
    [InlineData("other-cluster", 1, ErrorCode.RebootstrapRequired)]
    [InlineData("test-cluster", 2, ErrorCode.RebootstrapRequired)]
    [InlineData("test-cluster", -1, ErrorCode.RebootstrapRequired)]
    [InlineData(null, 2, ErrorCode.None)]
    public void A_client_that_meant_another_node_is_told_to_start_over(string? cluster, int node, ErrorCode expected)
    {
        using LiveBroker broker = new();
        using WireClient client = broker.Connect();
        ApiVersionsRequest request = Hello();
        request.ClusterId = cluster;
        request.NodeId = node;
        Assert.Equal(Code(expected), client.Ask<ApiVersionsResponse>(ApiKey.ApiVersions, 5, request).ErrorCode);
    }

    [Theory]
    [InlineData(ApiKey.CreateTopics, (short)7, "CreateTopics is not served")]
    [InlineData(ApiKey.Fetch, (short)3, "Fetch version 3 is not served, only 4 to 18")]
    [InlineData(ApiKey.Produce, (short)2, "Produce version 2 is not served, only 3 to 13")]
    [InlineData(ApiKey.StopReplica, (short)0, "StopReplica is not served")]
    [InlineData((ApiKey)999, (short)0, "API 999 does not exist")]
    [InlineData(ApiKey.Produce, (short)9, "a Produce request of version 9 is malformed")]
    [InlineData(ApiKey.ListOffsets, (short)1, "a ListOffsets request of version 1 is malformed")]
    public void What_is_not_served_closes_the_connection_with_one_line(ApiKey key, short version, string line)
    {
        using LiveBroker broker = new();
        for (int index = 0; index < 3; index++)
        {
            using WireClient client = broker.Connect();
            byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 255, 255, 0, 0];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header, header.Length - 4);
            System.Buffers.Binary.BinaryPrimitives.WriteInt16BigEndian(header.AsSpan(4), (short)key);
            System.Buffers.Binary.BinaryPrimitives.WriteInt16BigEndian(header.AsSpan(6), version);
            client.SendRaw(header);
            Assert.True(client.IsClosedByServer());
        }

        Assert.Contains(line, Assert.Single(broker.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_come_in_the_order_of_requests_whoever_serves_them()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.ProduceTo(topic, Batch());
        for (int round = 0; round < 20; round++)
        {
            int control = client.Send(
                ApiKey.InitProducerId, 4, new InitProducerIdRequest { TransactionalId = null });
            int data = client.Send(ApiKey.Fetch, 17, Fetch(topic, 0));
            client.Receive<InitProducerIdResponse>(ApiKey.InitProducerId, 4, control);
            client.Receive<FetchResponse>(ApiKey.Fetch, 17, data);
        }
    }

    [Fact]
    public void Who_may_not_touch_a_topic_does_not_learn_of_it()
    {
        using LiveBroker broker = new(authorizer: new DenyTopics());
        TopicEntry topic = broker.AddTopic("secret");
        TopicEntry missing = new("missing", default, topic.Config, []);
        using WireClient client = broker.Connect();
        foreach (TopicEntry asked in new[] { topic, missing })
        {
            Assert.Equal(Code(ErrorCode.TopicAuthorizationFailed), client.ProduceTo(asked, Batch(), 12).ErrorCode);
            Assert.Equal(
                Code(ErrorCode.TopicAuthorizationFailed), client.FetchOne(Fetch(asked, 0), version: 12).ErrorCode);
        }

        Assert.Equal(0, topic.Find(0)!.Log!.LogEndOffset);
    }

    private static ApiVersionsRequest Hello() =>
        new() { ClientSoftwareName = "test", ClientSoftwareVersion = "1.0" };

    private sealed class DenyTopics : IAuthorizer
    {
        public bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name) =>
            type != AclResourceType.Topic;
    }
}
