using BenchmarkDotNet.Attributes;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Bench;

/// <summary>
/// A Produce request with one batch of 16 KiB, and its answer. Goal: the request parsed, CRC excluded, in 200 ns, and
/// no memory taken.
/// </summary>
public class ProduceBenchmarks
{
    private const int BatchLength = 16 * 1024;
    private const int CorrelationId = 7;

    private static readonly Uuid TopicId = new(0x1122_3344_5566_4777, 0x8899_aabb_ccdd_eeff);

    private readonly byte[] answer = new byte[1024];
    private byte[] frame = [];

    [Params((short)8, (short)12, (short)13)]
    public short Version { get; set; }

    private short RequestHeaderVersion => (short)(Version >= 9 ? 2 : 1);

    private short ResponseHeaderVersion => (short)(Version >= 9 ? 1 : 0);

    [GlobalSetup]
    public void Setup()
    {
        frame = new byte[BatchLength + 256];
        frame = frame[..WriteRequest()];
    }

    /// <summary>Header and body, with every partition looked at.</summary>
    [Benchmark]
    public int ParseRequest()
    {
        ReadOnlySpan<byte> afterSize = frame.AsSpan(sizeof(int));
        RequestHeaderReader header = new(afterSize, RequestHeaderVersion);
        ProduceRequestReader request = new(afterSize[header.BytesRead..], header.ApiVersion);
        int bytes = 0;
        while (request.NextTopic())
        {
            while (request.NextPartition())
            {
                bytes += request.Records.Length + request.Index;
            }
        }

        return bytes;
    }

    /// <summary>All but the batch, which is sent from where it is.</summary>
    [Benchmark]
    public int WriteRequest()
    {
        int bodyStart = RequestFrame.Begin(
            frame, RequestHeaderVersion, ApiKey.Produce, Version, CorrelationId, "producer-1"u8);
        ProduceRequestWriter writer = new(frame.AsSpan(bodyStart), Version);
        writer.Begin(NullableUtf8.Null, acks: -1, timeoutMs: 30_000, topicCount: 1);
        writer.BeginTopic("orders"u8, TopicId, partitionCount: 1);
        writer.BeginPartition(index: 3, BatchLength);
        int recordsStart = bodyStart + writer.Position;
        writer.EndPartition();
        writer.EndTopic();
        writer.End();

        // The batch pushes what stands behind it to the frame's end.
        int tail = bodyStart + writer.Position - recordsStart;
        frame.AsSpan(recordsStart, tail).CopyTo(frame.AsSpan(recordsStart + BatchLength));
        int length = recordsStart + BatchLength + tail;
        RequestFrame.SetSize(frame, length);
        return length;
    }

    [Benchmark]
    public int WriteResponse()
    {
        int bodyStart = ResponseFrame.Begin(answer, ResponseHeaderVersion, CorrelationId);
        ProduceResponseWriter writer = new(answer.AsSpan(bodyStart), Version);
        writer.Begin(topicCount: 1);
        writer.BeginTopic("orders"u8, TopicId, partitionCount: 1);
        writer.Partition(3, ErrorCode.None, baseOffset: 123_456, logAppendTimeMs: -1, logStartOffset: 0);
        writer.EndTopic();
        writer.End(throttleTimeMs: 0);
        ResponseFrame.SetSize(answer, bodyStart + writer.Position);
        return bodyStart + writer.Position;
    }
}
