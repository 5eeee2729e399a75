using System.Text;
using Millrace.Base;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Wire;

namespace Millrace.Protocol.Tests.Wire;

/// <summary>
/// The hand-written paths against the generated ones: the same bytes for random messages, and the same verdict on
/// damaged ones.
/// </summary>
public sealed class WireAgainstGeneratedTests
{
    private const int Rounds = 60;

    public static TheoryData<short> ProduceVersions => Versions(3, 13);

    public static TheoryData<short> FetchVersions => Versions(4, 18);

    public static TheoryData<short> ApiVersionsVersions => Versions(0, 5);

    public static TheoryData<short> MetadataVersions => Versions(0, 13);

    [Theory]
    [MemberData(nameof(ProduceVersions))]
    public void Random_produce_messages_come_out_the_same(short version)
    {
        RandomMessages messages = new(version);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] body = MessageCodec.Encode(messages.ProduceRequest(version), version);
            ProduceRequestReader request = new(body, version);
            Assert.Equal(default, request.Error);
            Assert.Equal(body, WireCopies.Of(ref request, body, version));

            body = MessageCodec.Encode(messages.ProduceResponse(version), version);
            ProduceResponseReader response = new(body, version);
            Assert.Equal(default, response.Error);
            Assert.Equal(body, WireCopies.Of(ref response, version));
        }
    }

    [Theory]
    [MemberData(nameof(FetchVersions))]
    public void Random_fetch_messages_come_out_the_same(short version)
    {
        RandomMessages messages = new(version);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] body = MessageCodec.Encode(messages.FetchRequest(version), version);
            FetchRequestReader request = new(body, version);
            Assert.Equal(default, request.Error);
            Assert.Equal(body, WireCopies.Of(ref request, version));

            body = MessageCodec.Encode(messages.FetchResponse(version), version);
            FetchResponseReader response = new(body, version);
            Assert.Equal(default, response.Error);
            Assert.Equal(body, WireCopies.Of(ref response, body, version));
        }
    }

    [Theory]
    [MemberData(nameof(ApiVersionsVersions))]
    public void Random_api_versions_responses_come_out_the_same(short version)
    {
        RandomMessages messages = new(version);
        for (int round = 0; round < Rounds; round++)
        {
            ApiVersionsResponse response = messages.ApiVersionsResponse(version);
            byte[] target = new byte[4096];
            ApiVersionsResponseWriter writer = new(target, version);
            writer.Begin((ErrorCode)response.ErrorCode, response.ApiKeys.Length);
            foreach (ApiVersionsResponse.ApiVersion api in response.ApiKeys)
            {
                writer.Api((ApiKey)api.ApiKey, api.MinVersion, api.MaxVersion);
            }

            FeatureVersions[] supported = response.SupportedFeatures
                .Select(feature => new FeatureVersions(Bytes(feature.Name), feature.MinVersion, feature.MaxVersion))
                .ToArray();
            FeatureVersions[] finalized = response.FinalizedFeatures
                .Select(feature =>
                    new FeatureVersions(Bytes(feature.Name), feature.MinVersionLevel, feature.MaxVersionLevel))
                .ToArray();
            writer.End(
                response.ThrottleTimeMs,
                supported,
                response.FinalizedFeaturesEpoch,
                finalized,
                response.ZkMigrationReady);
            Assert.Equal(MessageCodec.Encode(response, version), target[..writer.Position]);
        }
    }

    [Theory]
    [MemberData(nameof(MetadataVersions))]
    public void Random_metadata_responses_come_out_the_same(short version)
    {
        RandomMessages messages = new(version);
        for (int round = 0; round < Rounds; round++)
        {
            MetadataResponse response = messages.MetadataResponse(version);
            byte[] target = new byte[16 * 1024];
            MetadataResponseWriter writer = new(target, version);
            writer.Begin(response.ThrottleTimeMs, response.Brokers.Length);
            foreach (MetadataResponse.MetadataResponseBroker broker in response.Brokers)
            {
                writer.Broker(broker.NodeId, Bytes(broker.Host), broker.Port, Nullable(broker.Rack));
            }

            writer.BeginTopics(Nullable(response.ClusterId), response.ControllerId, response.Topics.Length);
            foreach (MetadataResponse.MetadataResponseTopic topic in response.Topics)
            {
                Write(ref writer, topic);
            }

            writer.End(response.ClusterAuthorizedOperations, (ErrorCode)response.ErrorCode);
            Assert.Equal(MessageCodec.Encode(response, version), target[..writer.Position]);
        }
    }

    [Theory]
    [MemberData(nameof(ProduceVersions))]
    public void Damaged_produce_messages_are_refused_by_both_or_by_none(short version)
    {
        AssertSameVerdict<ProduceRequest>(WireSamples.ProduceRequest(version, 20), version, (body, of) =>
        {
            ProduceRequestReader reader = new(body, of);
            return reader.Error.IsError || reader.BytesRead != body.Length;
        });
        AssertSameVerdict<ProduceResponse>(WireSamples.ProduceResponse(version), version, (body, of) =>
        {
            ProduceResponseReader reader = new(body, of);
            return reader.Error.IsError || reader.BytesRead != body.Length;
        });
    }

    [Theory]
    [MemberData(nameof(FetchVersions))]
    public void Damaged_fetch_messages_are_refused_by_both_or_by_none(short version)
    {
        AssertSameVerdict<FetchRequest>(WireSamples.FetchRequest(version), version, (body, of) =>
        {
            FetchRequestReader reader = new(body, of);
            return reader.Error.IsError || reader.BytesRead != body.Length;
        });
        AssertSameVerdict<FetchResponse>(WireSamples.FetchResponse(version), version, (body, of) =>
        {
            FetchResponseReader reader = new(body, of);
            return reader.Error.IsError || reader.BytesRead != body.Length;
        });
    }

    private static void AssertSameVerdict<TMessage>(byte[] sample, short version, Func<byte[], short, bool> refuses)
        where TMessage : IMessage, new()
    {
        Random random = new(version);
        int refused = 0;
        int taken = 0;
        for (int round = 0; round < 1000; round++)
        {
            byte[] body = [.. sample];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                int place = random.Next(body.Length);
                body[place] = round % 2 == 0 ? (byte)random.Next(256) : (byte)(body[place] ^ (1 << random.Next(8)));
            }

            DecodeError generated = MessageCodec.Decode(body, version, new TMessage());
            bool isRefused = refuses(body, version);

            // What takes too much memory as objects may be walked in place all the same.
            if (generated.Kind != DecodeErrorKind.TooMuchMemory)
            {
                Assert.True(
                    generated.IsError == isRefused,
                    $"generated: {generated}; in place refused: {isRefused}; {Convert.ToHexString(body)}");
            }

            refused += isRefused ? 1 : 0;
            taken += isRefused ? 0 : 1;
        }

        Assert.True(refused > 0 && taken > 0);
    }

    private static void Write(ref MetadataResponseWriter writer, MetadataResponse.MetadataResponseTopic topic)
    {
        writer.BeginTopic(
            (ErrorCode)topic.ErrorCode, Nullable(topic.Name), topic.TopicId, topic.IsInternal, topic.Partitions.Length);
        foreach (MetadataResponse.MetadataResponsePartition partition in topic.Partitions)
        {
            writer.Partition(
                (ErrorCode)partition.ErrorCode,
                partition.PartitionIndex,
                partition.LeaderId,
                partition.LeaderEpoch,
                partition.ReplicaNodes,
                partition.IsrNodes,
                partition.OfflineReplicas);
        }

        writer.EndTopic(topic.TopicAuthorizedOperations);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static NullableUtf8 Nullable(string? text) => NullableUtf8.From(text is null ? null : Bytes(text));

    private static TheoryData<short> Versions(short min, short max)
    {
        TheoryData<short> versions = [];
        for (short version = min; version <= max; version++)
        {
            versions.Add(version);
        }

        return versions;
    }
}
