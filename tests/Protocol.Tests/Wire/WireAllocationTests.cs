using Millrace.Protocol.Wire;

namespace Millrace.Protocol.Tests.Wire;

/// <summary>The data plane's paths take no managed memory, whatever the version.</summary>
public sealed class WireAllocationTests
{
    private const int Rounds = 50;

    [Fact]
    public void Reading_produce_requests_allocates_nothing()
    {
        for (short version = ProduceRequestReader.VersionMin; version <= ProduceRequestReader.VersionMax; version++)
        {
            byte[] body = WireSamples.ProduceRequest(version);
            AssertNothing(() =>
            {
                ProduceRequestReader reader = new(body, version);
                int bytes = 0;
                while (reader.NextTopic())
                {
                    while (reader.NextPartition())
                    {
                        bytes += reader.Records.Length;
                    }
                }

                return bytes;
            });
        }
    }

    [Fact]
    public void Writing_and_reading_produce_responses_allocates_nothing()
    {
        byte[] target = new byte[1000];
        for (short version = ProduceRequestReader.VersionMin; version <= ProduceRequestReader.VersionMax; version++)
        {
            AssertNothing(() =>
            {
                int length = WireSamples.WriteProduceResponse(target, version);
                ProduceResponseReader reader = new(target.AsSpan(0, length), version);
                while (reader.NextTopic())
                {
                    while (reader.NextPartition())
                    {
                    }
                }

                return reader.BytesRead;
            });
        }
    }

    [Fact]
    public void Writing_and_reading_fetch_requests_and_responses_allocates_nothing()
    {
        byte[] target = new byte[1000];
        for (short version = FetchRequestReader.VersionMin; version <= FetchRequestReader.VersionMax; version++)
        {
            AssertNothing(() =>
            {
                int length = WireSamples.WriteFetchRequest(target, version);
                FetchRequestReader request = new(target.AsSpan(0, length), version);
                while (request.NextTopic())
                {
                    while (request.NextPartition())
                    {
                    }
                }

                length = WireSamples.WriteFetchResponse(target, version);
                FetchResponseReader response = new(target.AsSpan(0, length), version);
                while (response.NextTopic())
                {
                    while (response.NextPartition())
                    {
                    }
                }

                return request.BytesRead + response.BytesRead;
            });
        }
    }

    [Fact]
    public void Writing_metadata_and_api_versions_allocates_nothing()
    {
        byte[] target = new byte[1000];
        byte[] host = [.. "broker-1.example"u8];
        int[] replicas = [1, 2, 3];
        FeatureVersions[] features = [new([.. "metadata.version"u8], 7, 29)];
        for (short version = 0; version <= MetadataResponseWriter.VersionMax; version++)
        {
            AssertNothing(() =>
            {
                MetadataResponseWriter writer = new(target, version);
                writer.Begin(0, brokerCount: 1);
                writer.Broker(1, host, 9092, NullableUtf8.Null);
                writer.BeginTopics("cluster"u8, controllerId: 1, topicCount: 1);
                writer.BeginTopic(ErrorCode.None, "orders"u8, WireSamples.TopicId, false, partitionCount: 2);
                writer.Partition(ErrorCode.None, 0, 1, 4, replicas, replicas, []);
                writer.Partition(ErrorCode.None, 1, 2, 4, replicas, replicas, []);
                writer.EndTopic(MetadataResponseWriter.OperationsOmitted);
                writer.End(MetadataResponseWriter.OperationsOmitted, ErrorCode.None);
                return writer.Position;
            });
            short apiVersions = Math.Min(version, ApiVersionsResponseWriter.VersionMax);
            AssertNothing(() =>
            {
                ApiVersionsResponseWriter writer = new(target, apiVersions);
                writer.Begin(ErrorCode.None, apiCount: 2);
                writer.Api(ApiKey.Produce, 0, 13);
                writer.Api(ApiKey.Fetch, 4, 18);
                writer.End(0, features, 1, features);
                return writer.Position;
            });
        }
    }

    private static void AssertNothing(Func<int> path)
    {
        int expected = path();
        int total = 0;
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            total = 0;
            for (int round = 0; round < Rounds; round++)
            {
                total += path();
            }
        }));
        Assert.Equal(expected * Rounds, total);
        Assert.True(expected > 0);
    }
}
