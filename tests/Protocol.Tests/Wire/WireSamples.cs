using Millrace.Base;
using Millrace.Protocol.Wire;

namespace Millrace.Protocol.Tests.Wire;

/// <summary>Messages like those of real clients, made without any reference material.</summary>
internal static class WireSamples
{
    public static readonly Uuid TopicId = new(0x1122_3344_5566_4777, 0x8899_aabb_ccdd_eeff);

    private static readonly NodeEndpoint[] Endpoints =
    [
        new(3, [.. "broker-3.example"u8], 9092, [.. "rack-a"u8]), new(4, [.. "broker-4.example"u8], 9092, null),
    ];

    // An array, as unoptimized code makes an object for the span of a constant one.
    private static readonly int[] Forgotten = [1, 2, 3];

    private static readonly RecordError[] Errors = [new(0, [.. "no key"u8]), new(7, null)];

    private static readonly AbortedTransaction[] Aborted = [new(1000, 5), new(1001, 9)];

    public static byte[] ProduceRequest(short version, int recordsLength = 200)
    {
        byte[] records = new byte[recordsLength];
        new Random(recordsLength).NextBytes(records);
        byte[] target = new byte[1000 + (4 * recordsLength)];
        ProduceRequestWriter writer = new(target, version);
        writer.Begin("transfers"u8, acks: -1, timeoutMs: 30_000, topicCount: 2);
        foreach (int partitions in new[] { 1, 3 })
        {
            writer.BeginTopic("orders"u8, TopicId, partitions);
            for (int index = 0; index < partitions; index++)
            {
                writer.BeginPartition(index, records.Length);
                writer.Records(records);
                writer.EndPartition();
            }

            writer.EndTopic();
        }

        writer.End();
        return target[..writer.Position];
    }

    public static byte[] ProduceResponse(short version)
    {
        byte[] target = new byte[1000];
        return target[..WriteProduceResponse(target, version)];
    }

    public static int WriteProduceResponse(Span<byte> target, short version)
    {
        ProduceResponseWriter writer = new(target, version);
        writer.Begin(topicCount: 1);
        writer.BeginTopic("orders"u8, TopicId, partitionCount: 2);
        writer.Partition(0, ErrorCode.None, baseOffset: 42, logAppendTimeMs: -1, logStartOffset: 0);
        writer.Partition(1, ErrorCode.InvalidRecord, -1, -1, -1, Errors, "bad records"u8, new LeaderIdAndEpoch(3, 9));
        writer.EndTopic();
        writer.End(throttleTimeMs: 0, Endpoints);
        return writer.Position;
    }

    public static byte[] FetchRequest(short version)
    {
        byte[] target = new byte[1000];
        return target[..WriteFetchRequest(target, version)];
    }

    public static int WriteFetchRequest(Span<byte> target, short version)
    {
        FetchRequestWriter writer = new(target, version);
        FetchRequestHead head = new(MaxWaitMs: 500, MinBytes: 1, MaxBytes: 50 << 20)
        {
            ReplicaId = 5, ReplicaEpoch = 77, SessionId = 12, SessionEpoch = 3,
        };
        writer.Begin(in head, topicCount: 1);
        writer.BeginTopic("orders"u8, TopicId, partitionCount: 2);
        writer.Partition(new FetchPartition(0, FetchOffset: 100, PartitionMaxBytes: 1 << 20));
        writer.Partition(new FetchPartition(1, FetchOffset: 7, PartitionMaxBytes: 1 << 20)
        {
            CurrentLeaderEpoch = 4, ReplicaDirectoryId = new Uuid(1, 2), HighWatermark = 6,
        });
        writer.EndTopic();
        bool hasSessions = version >= 7;
        writer.BeginForgotten(hasSessions ? 1 : 0);
        if (hasSessions)
        {
            writer.ForgottenTopic("old"u8, TopicId, Forgotten);
        }

        writer.End("rack-a"u8, "cluster"u8);
        return writer.Position;
    }

    public static byte[] FetchResponse(short version)
    {
        byte[] target = new byte[1000];
        return target[..WriteFetchResponse(target, version)];
    }

    public static int WriteFetchResponse(Span<byte> target, short version)
    {
        FetchResponseWriter writer = new(target, version);
        writer.Begin(throttleTimeMs: 0, ErrorCode.None, sessionId: 12, topicCount: 1);
        writer.BeginTopic("orders"u8, TopicId, partitionCount: 2);
        writer.BeginPartition(new FetchedPartition(0, ErrorCode.None, 10, 10, 0), Aborted, recordsLength: 5);
        writer.Records("batch"u8);
        writer.EndPartition();
        FetchedPartition moved = new(1, ErrorCode.NotLeaderOrFollower, -1, -1, -1)
        {
            CurrentLeader = new LeaderIdAndEpoch(3, 9),
            DivergingEpoch = new EpochEndOffset(2, 50),
            SnapshotId = new SnapshotId(8, 1),
        };
        writer.BeginPartition(in moved, recordsLength: -1);
        writer.EndPartition();
        writer.EndTopic();
        writer.End(Endpoints);
        return writer.Position;
    }
}
