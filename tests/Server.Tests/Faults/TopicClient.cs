using System.Text;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Server.Tests.Faults;

/// <summary>A client that makes topics, appends to one partition and reads it back, by names.</summary>
internal sealed class TopicClient(string address) : IDisposable
{
    // The newest versions that name topics by their names.
    private const short ProduceVersion = 12;
    private const short FetchVersion = 12;
    private const int FetchBytesMax = 4 * 1024 * 1024;

    private readonly WireClient wire = WireClient.Connect(address);

    public WireClient Wire => wire;

    public void Dispose() => wire.Dispose();

    public ErrorCode CreateTopic(string name, params (string Name, string Value)[] configs)
    {
        CreateTopicsResponse response = wire.Ask<CreateTopicsResponse>(ApiKey.CreateTopics, 7, new CreateTopicsRequest
        {
            TimeoutMs = 30_000,
            Topics =
            [
                new CreateTopicsRequest.CreatableTopic
                {
                    Name = name,
                    NumPartitions = 1,
                    ReplicationFactor = 1,
                    Configs =
                    [
                        .. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig
                        {
                            Name = config.Name, Value = config.Value,
                        }),
                    ],
                },
            ],
        });
        return (ErrorCode)response.Topics.Single().ErrorCode;
    }

    /// <summary>Appends one record.</summary>
    public (ErrorCode Error, long Offset) Produce(string topic, string value)
    {
        ProduceResponse.PartitionProduceResponse answer = wire
            .Ask<ProduceResponse>(ApiKey.Produce, ProduceVersion, ProduceRequestOf(topic, value))
            .Responses.Single().PartitionResponses.Single();
        return ((ErrorCode)answer.ErrorCode, answer.BaseOffset);
    }

    public static ProduceRequest ProduceRequestOf(string topic, string value)
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch());
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        builder.Append(nowMs, RecordField.Null, Encoding.UTF8.GetBytes(value));
        return new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 30_000,
            TopicData =
            [
                new ProduceRequest.TopicProduceData
                {
                    Name = topic,
                    PartitionData =
                        [new ProduceRequest.PartitionProduceData { Records = builder.Finish().ToArray() }],
                },
            ],
        };
    }

    public static FetchRequest FetchRequestOf(string topic, long offset, int maxWaitMs = 0) => new()
    {
        MaxWaitMs = maxWaitMs,
        MinBytes = 1,
        MaxBytes = FetchBytesMax,
        SessionEpoch = -1,
        Topics =
        [
            new FetchRequest.FetchTopic
            {
                Topic = topic,
                Partitions =
                [
                    new FetchRequest.FetchPartition
                    {
                        FetchOffset = offset, PartitionMaxBytes = FetchBytesMax, CurrentLeaderEpoch = -1,
                    },
                ],
            },
        ],
    };

    /// <summary>What is there from an offset on, as much as one answer holds.</summary>
    public List<(long Offset, string Value)> Fetch(string topic, long offset)
    {
        FetchResponse.PartitionData answer = wire
            .Ask<FetchResponse>(ApiKey.Fetch, FetchVersion, FetchRequestOf(topic, offset))
            .Responses.Single().Partitions.Single();
        Assert.Equal(ErrorCode.None, (ErrorCode)answer.ErrorCode);
        List<(long, string)> found = [];
        RecordBatches batches = new(answer.Records);
        while (batches.MoveNext())
        {
            RecordReader reader = RecordReader.OverPlain(batches.Current);
            while (reader.MoveNext())
            {
                if (reader.Current.Offset >= offset)
                {
                    found.Add((reader.Current.Offset, Encoding.UTF8.GetString(reader.Current.Value)));
                }
            }
        }

        return found;
    }

    /// <summary>All that is there.</summary>
    public List<(long Offset, string Value)> FetchAll(string topic)
    {
        List<(long Offset, string Value)> all = [];
        while (true)
        {
            List<(long Offset, string Value)> more = Fetch(topic, all.Count == 0 ? 0 : all[^1].Offset + 1);
            if (more.Count == 0)
            {
                return all;
            }

            all.AddRange(more);
        }
    }
}
