using System.Text;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Broker.Tests.Live;

/// <summary>The requests that the tests send, and the batches in them.</summary>
internal static class Requests
{
    public static byte[] Batch(int count = 1, string text = "hello", NewBatch? header = null, long? timestampMs = null)
    {
        using BatchBuilder builder = new();
        builder.Begin(header ?? new NewBatch());
        long time = timestampMs ?? DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (int index = 0; index < count; index++)
        {
            builder.Append(time, RecordField.Null, Encoding.UTF8.GetBytes($"{text}-{index}"));
        }

        return builder.Finish().ToArray();
    }

    public static ProduceRequest Produce(
        TopicEntry topic, byte[] records, short acks = -1, int partition = 0, string? transactionalId = null) => new()
    {
        TransactionalId = transactionalId,
        Acks = acks,
        TimeoutMs = 30_000,
        TopicData =
        [
            new ProduceRequest.TopicProduceData
            {
                Name = topic.Name,
                TopicId = topic.Id,
                PartitionData = [new ProduceRequest.PartitionProduceData { Index = partition, Records = records }],
            },
        ],
    };

    /// <summary>Produces and answers what became of it.</summary>
    public static ProduceResponse.PartitionProduceResponse ProduceTo(
        this WireClient client, TopicEntry topic, byte[] records, short version = 13, int partition = 0,
            short acks = -1)
    {
        ProduceResponse response = client.Ask<ProduceResponse>(
            ApiKey.Produce, version, Produce(topic, records, acks, partition));
        return Assert.Single(Assert.Single(response.Responses).PartitionResponses);
    }

    public static FetchRequest Fetch(
        TopicEntry topic,
        long offset,
        int maxWaitMs = 0,
        int minBytes = 1,
        int sessionId = 0,
        int sessionEpoch = -1,
        int partitionMaxBytes = 1024 * 1024,
        int currentLeaderEpoch = -1,
        int lastFetchedEpoch = -1,
        int partition = 0,
        sbyte isolation = 0) => new()
    {
        MaxWaitMs = maxWaitMs,
        MinBytes = minBytes,
        MaxBytes = 50 * 1024 * 1024,
        IsolationLevel = isolation,
        SessionId = sessionId,
        SessionEpoch = sessionEpoch,
        Topics =
        [
            new FetchRequest.FetchTopic
            {
                Topic = topic.Name,
                TopicId = topic.Id,
                Partitions =
                [
                    new FetchRequest.FetchPartition
                    {
                        Partition = partition,
                        FetchOffset = offset,
                        PartitionMaxBytes = partitionMaxBytes,
                        CurrentLeaderEpoch = currentLeaderEpoch,
                        LastFetchedEpoch = lastFetchedEpoch,
                    },
                ],
            },
        ],
    };

    public static FetchResponse.PartitionData FetchOne(this WireClient client, FetchRequest request, short version = 17)
    {
        FetchResponse response = client.Ask<FetchResponse>(ApiKey.Fetch, version, request);
        Assert.Equal((short)0, response.ErrorCode);
        return Assert.Single(Assert.Single(response.Responses).Partitions);
    }

    /// <summary>Offsets and values of the records in a fetched range.</summary>
    public static List<(long Offset, string Value)> Read(byte[]? records)
    {
        List<(long, string)> found = [];
        RecordBatches batches = new(records);
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            RecordReader reader = RecordReader.OverPlain(batch);
            while (reader.MoveNext())
            {
                found.Add((reader.Current.Offset, Encoding.UTF8.GetString(reader.Current.Value)));
            }
        }

        return found;
    }

    public static short Code(ErrorCode code) => (short)code;
}
