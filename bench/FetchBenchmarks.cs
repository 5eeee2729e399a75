using BenchmarkDotNet.Attributes;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Bench;

/// <summary>A Fetch request of some partitions and its answer, the records themselves left to sendfile.</summary>
public class FetchBenchmarks
{
    private const short Version = 17;
    private const int RecordsLength = 64 * 1024;

    private static readonly Uuid TopicId = new(0x1122_3344_5566_4777, 0x8899_aabb_ccdd_eeff);

    private byte[] request = [];
    private byte[] answer = [];

    [Params(1, 100)]
    public int Partitions { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        request = new byte[FetchRequestWriter.FixedBytesMax + FetchRequestWriter.TopicBytesMax
            + (Partitions * FetchRequestWriter.PartitionBytesMax)];
        answer = new byte[FetchResponseWriter.FixedBytesMax + FetchResponseWriter.TopicBytesMax
            + (Partitions * FetchResponseWriter.PartitionBytesMax)];
        request = request[..WriteRequest()];
    }

    [Benchmark]
    public long ParseRequest()
    {
        FetchRequestReader reader = new(request, Version);
        long offsets = 0;
        while (reader.NextTopic())
        {
            while (reader.NextPartition())
            {
                offsets += reader.Partition.FetchOffset;
            }
        }

        return offsets;
    }

    [Benchmark]
    public int WriteRequest()
    {
        FetchRequestWriter writer = new(request, Version);
        FetchRequestHead head = new(MaxWaitMs: 500, MinBytes: 1, MaxBytes: 50 << 20);
        writer.Begin(in head, topicCount: 1);
        writer.BeginTopic(default, TopicId, Partitions);
        for (int index = 0; index < Partitions; index++)
        {
            writer.Partition(new FetchPartition(index, FetchOffset: 1000 + index, PartitionMaxBytes: 1 << 20));
        }

        writer.EndTopic();
        writer.BeginForgotten(topicCount: 0);
        writer.End(rackId: default);
        return writer.Position;
    }

    [Benchmark]
    public long WriteResponse()
    {
        FetchResponseWriter writer = new(answer, Version);
        writer.Begin(throttleTimeMs: 0, ErrorCode.None, sessionId: 1, topicCount: 1);
        writer.BeginTopic(default, TopicId, Partitions);
        for (int index = 0; index < Partitions; index++)
        {
            FetchedPartition partition = new(index, ErrorCode.None, 2000, 2000, 0);
            writer.BeginPartition(in partition, RecordsLength);
            writer.EndPartition();
        }

        writer.EndTopic();
        writer.End();
        return writer.Position + writer.RecordsBytesElsewhere;
    }
}
