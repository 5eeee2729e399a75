using System.Text;
using System.Text.Json.Nodes;
using Millrace.Base;
using Millrace.Protocol.Wire;

namespace Millrace.Protocol.Tests.Wire;

/// <summary>The hand-written paths against what Kafka wrote: the same meaning read, the same bytes written.</summary>
[Trait("Data", "golden")]
public sealed class WireGoldenTests
{
    [SharedFact]
    public void Produce_requests_read_and_write_as_Kafka_does()
    {
        foreach (WireGolden line in Lines("ProduceRequest", 3, 13))
        {
            ProduceRequestReader reader = new(line.Body, line.Version);
            AssertWhole(line, reader.Error, reader.BytesRead);
            ProduceRequestReader again = reader;
            AssertSame(line, WireJson.Of(ref reader, line.Version));
            byte[] copy = WireCopies.Of(ref again, line.Body, line.Version);
            AssertSame(line, copy);
            ProduceRequestReader back = new(copy, line.Version);
            AssertSame(line, WireJson.Of(ref back, line.Version));
        }
    }

    [SharedFact]
    public void Produce_responses_read_and_write_as_Kafka_does()
    {
        foreach (WireGolden line in Lines("ProduceResponse", 3, 13))
        {
            ProduceResponseReader reader = new(line.Body, line.Version);
            AssertWhole(line, reader.Error, reader.BytesRead);
            ProduceResponseReader again = reader;
            AssertSame(line, WireJson.Of(ref reader, line.Version));
            byte[] copy = WireCopies.Of(ref again, line.Version);
            AssertSame(line, copy);
            ProduceResponseReader back = new(copy, line.Version);
            AssertSame(line, WireJson.Of(ref back, line.Version));
        }
    }

    [SharedFact]
    public void Fetch_requests_read_and_write_as_Kafka_does()
    {
        foreach (WireGolden line in Lines("FetchRequest", 4, 18))
        {
            FetchRequestReader reader = new(line.Body, line.Version);
            AssertWhole(line, reader.Error, reader.BytesRead);
            FetchRequestReader again = reader;
            AssertSame(line, WireJson.Of(ref reader, line.Version));
            byte[] copy = WireCopies.Of(ref again, line.Version);
            AssertSame(line, copy);
            FetchRequestReader back = new(copy, line.Version);
            AssertSame(line, WireJson.Of(ref back, line.Version));
        }
    }

    [SharedFact]
    public void Fetch_responses_read_and_write_as_Kafka_does()
    {
        foreach (WireGolden line in Lines("FetchResponse", 4, 18))
        {
            FetchResponseReader reader = new(line.Body, line.Version);
            AssertWhole(line, reader.Error, reader.BytesRead);
            FetchResponseReader again = reader;
            AssertSame(line, WireJson.Of(ref reader, line.Version));
            byte[] copy = WireCopies.Of(ref again, line.Body, line.Version);
            AssertSame(line, copy);
            FetchResponseReader back = new(copy, line.Version);
            AssertSame(line, WireJson.Of(ref back, line.Version));
        }
    }

    [SharedFact]
    public void ApiVersions_responses_are_written_as_Kafka_does()
    {
        foreach (WireGolden line in Lines("ApiVersionsResponse", 0, 5))
        {
            JsonArray apis = line.Json["apiKeys"]!.AsArray();
            FeatureVersions[] supported = Features(line.Json["supportedFeatures"], "minVersion", "maxVersion");
            FeatureVersions[] finalized = Features(line.Json["finalizedFeatures"],
                "minVersionLevel", "maxVersionLevel");
            byte[] target = new byte[ApiVersionsResponseWriter.FixedBytesMax
                + (ApiVersionsResponseWriter.ApiBytesMax * apis.Count)
                + supported.Concat(finalized).Sum(feature =>
                    ApiVersionsResponseWriter.FeatureBytesMax + feature.Name.Length)];
            ApiVersionsResponseWriter writer = new(target, line.Version);
            writer.Begin((ErrorCode)(short)line.Json["errorCode"]!, apis.Count);
            foreach (JsonNode? api in apis)
            {
                writer.Api((ApiKey)(short)api!["apiKey"]!, (short)api["minVersion"]!, (short)api["maxVersion"]!);
            }

            writer.End(
                (int?)line.Json["throttleTimeMs"] ?? 0,
                supported,
                (long?)line.Json["finalizedFeaturesEpoch"] ?? -1,
                finalized,
                (bool?)line.Json["zkMigrationReady"] ?? false);
            AssertSame(line, target[..writer.Position]);
        }
    }

    [SharedFact]
    public void Metadata_responses_are_written_as_Kafka_does()
    {
        foreach (WireGolden line in Lines("MetadataResponse", 0, 13))
        {
            JsonObject json = line.Json;
            byte[] target = new byte[MetadataBound(json)];
            MetadataResponseWriter writer = new(target, line.Version);
            JsonArray brokers = json["brokers"]!.AsArray();
            writer.Begin((int?)json["throttleTimeMs"] ?? 0, brokers.Count);
            foreach (JsonNode? broker in brokers)
            {
                writer.Broker(
                    (int)broker!["nodeId"]!,
                    Bytes(broker["host"]),
                    (int)broker["port"]!,
                    NullableUtf8.From(Bytes(broker["rack"])));
            }

            JsonArray topics = json["topics"]!.AsArray();
            writer.BeginTopics(
                NullableUtf8.From(Bytes(json["clusterId"])), (int?)json["controllerId"] ?? -1, topics.Count);
            foreach (JsonNode? topic in topics)
            {
                WriteTopic(ref writer, topic!);
            }

            writer.End(
                (int?)json["clusterAuthorizedOperations"] ?? MetadataResponseWriter.OperationsOmitted,
                (ErrorCode)((short?)json["errorCode"] ?? 0));
            AssertSame(line, target[..writer.Position]);
        }
    }

    private static void WriteTopic(ref MetadataResponseWriter writer, JsonNode topic)
    {
        JsonArray partitions = topic["partitions"]!.AsArray();
        Assert.True(Uuid.TryParse((string?)topic["topicId"] ?? Uuid.Zero.ToString(), out Uuid id));
        writer.BeginTopic(
            (ErrorCode)(short)topic["errorCode"]!,
            NullableUtf8.From(Bytes(topic["name"])),
            id,
            (bool?)topic["isInternal"] ?? false,
            partitions.Count);
        foreach (JsonNode? partition in partitions)
        {
            writer.Partition(
                (ErrorCode)(short)partition!["errorCode"]!,
                (int)partition["partitionIndex"]!,
                (int)partition["leaderId"]!,
                (int?)partition["leaderEpoch"] ?? -1,
                Numbers(partition["replicaNodes"]),
                Numbers(partition["isrNodes"]),
                Numbers(partition["offlineReplicas"]));
        }

        writer.EndTopic((int?)topic["topicAuthorizedOperations"] ?? MetadataResponseWriter.OperationsOmitted);
    }

    private static int MetadataBound(JsonObject json)
    {
        int bound = MetadataResponseWriter.FixedBytesMax + Length(json["clusterId"]);
        bound += json["brokers"]!.AsArray().Sum(broker =>
            MetadataResponseWriter.BrokerBytesMax + Length(broker!["host"]) + Length(broker["rack"]));
        foreach (JsonNode? topic in json["topics"]!.AsArray())
        {
            bound += MetadataResponseWriter.TopicBytesMax + Length(topic!["name"]);
            bound += topic["partitions"]!.AsArray().Sum(partition => MetadataResponseWriter.PartitionBytesMax + (4 * (
                Numbers(partition!["replicaNodes"]).Length
                + Numbers(partition["isrNodes"]).Length
                + Numbers(partition["offlineReplicas"]).Length)));
        }

        return bound;
    }

    private static List<WireGolden> Lines(string message, short versionMin, short versionMax)
    {
        List<WireGolden> lines = WireGolden.Read(message);
        Assert.Equal(
            Enumerable.Range(versionMin, versionMax - versionMin + 1),
            lines.Select(line => (int)line.Version).Distinct().Order());
        return lines;
    }

    private static void AssertWhole(WireGolden line, DecodeError error, int bytesRead)
    {
        Assert.False(error.IsError, $"{line.Place}: {error}");
        Assert.Equal(line.Body.Length, bytesRead);
    }

    private static void AssertSame(WireGolden line, JsonObject read) =>
        Assert.True(JsonNode.DeepEquals(line.Json, read), $"{line.Place}: expected {line.Json}, read {read}");

    // Tagged fields that nobody knows are passed over, so those bytes cannot come back.
    private static void AssertSame(WireGolden line, byte[] written)
    {
        if (!line.HasUnknownTags)
        {
            Assert.True(
                line.Body.AsSpan().SequenceEqual(written),
                $"{line.Place}: expected {Convert.ToHexString(line.Body)}, wrote {Convert.ToHexString(written)}");
        }
    }

    private static FeatureVersions[] Features(JsonNode? features, string min, string max) => features is null
        ? []
        : features.AsArray()
            .Select(feature => new FeatureVersions(
                Bytes(feature!["name"])!, (short)feature[min]!, (short)feature[max]!))
            .ToArray();

    private static byte[]? Bytes(JsonNode? text) => text is null ? null : Encoding.UTF8.GetBytes((string)text!);

    private static int Length(JsonNode? text) => Bytes(text)?.Length ?? 0;

    private static int[] Numbers(JsonNode? numbers) =>
        numbers is null ? [] : numbers.AsArray().Select(number => (int)number!).ToArray();
}
