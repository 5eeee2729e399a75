using BenchmarkDotNet.Attributes;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Bench;

/// <summary>The answers that every client asks for first: ApiVersions, and the Metadata of 1,000 partitions.</summary>
public class MetadataBenchmarks
{
    private const short Version = 13;
    private const int Topics = 10;
    private const int PartitionsOfTopic = 100;
    private const int Brokers = 3;

    private static readonly Uuid TopicId = new(0x1122_3344_5566_4777, 0x8899_aabb_ccdd_eeff);
    private static readonly int[] Replicas = [1, 2, 3];
    private static readonly FeatureVersions[] Features = [new([.. "metadata.version"u8], 7, 29)];

    private readonly ApiKey[] apis = Enum.GetValues<ApiKey>();
    private byte[] answer = [];

    [GlobalSetup]
    public void Setup() => answer = new byte[128 * 1024];

    [Benchmark]
    public int MetadataOf1000Partitions()
    {
        MetadataResponseWriter writer = new(answer, Version);
        writer.Begin(throttleTimeMs: 0, Brokers);
        for (int broker = 1; broker <= Brokers; broker++)
        {
            writer.Broker(broker, "broker.example"u8, 9092, NullableUtf8.Null);
        }

        writer.BeginTopics("a-cluster-of-three-nodes"u8, controllerId: 1, Topics);
        for (int topic = 0; topic < Topics; topic++)
        {
            writer.BeginTopic(ErrorCode.None, "orders"u8, TopicId, isInternal: false, PartitionsOfTopic);
            for (int index = 0; index < PartitionsOfTopic; index++)
            {
                writer.Partition(ErrorCode.None, index, 1, 5, Replicas, Replicas, []);
            }

            writer.EndTopic(MetadataResponseWriter.OperationsOmitted);
        }

        writer.End(MetadataResponseWriter.OperationsOmitted, ErrorCode.None);
        return writer.Position;
    }

    [Benchmark]
    public int ApiVersions()
    {
        ApiVersionsResponseWriter writer = new(answer, version: 4);
        writer.Begin(ErrorCode.None, apis.Length);
        foreach (ApiKey api in apis)
        {
            writer.Api(api, 0, 9);
        }

        writer.End(throttleTimeMs: 0, Features, finalizedEpoch: 5, Features);
        return writer.Position;
    }
}
