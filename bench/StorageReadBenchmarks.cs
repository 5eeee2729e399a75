using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Millrace.Storage;

namespace Millrace.Bench;

/// <summary>
/// Plans of reads in a segment that is being written to, files open. Goal: 1 us, and no memory taken.
/// </summary>
public unsafe class StorageReadBenchmarks
{
    private const int Batches = 20_000;

    private readonly LogBench bench = new();
    private readonly FileRange[] ranges = new FileRange[1];
    private PartitionLog log = null!;
    private long offset;

    [GlobalSetup]
    public void Setup()
    {
        log = bench.Create(new LogConfig());
        byte[] batch = LogBench.Batch(1024);
        byte[] pinned = GC.AllocateUninitializedArray<byte>(batch.Length, pinned: true);
        batch.CopyTo(pinned, 0);
        fixed (byte* start = pinned)
        {
            for (int index = 0; index < Batches; index++)
            {
                BinaryPrimitives.WriteInt64BigEndian(pinned, 0);
                log.Flush(bench.Append(log, start, pinned.Length));
            }
        }

        log.AdvanceHighWatermark(log.LogEndOffset);
    }

    /// <summary>A consumer that keeps up: the last batch but one.</summary>
    [Benchmark]
    public int AtTheEnd() => Plan(log.LogEndOffset - 2, ReadBound.HighWatermark);

    /// <summary>A consumer that keeps up and reads committed records.</summary>
    [Benchmark]
    public int AtTheEndCommitted() => Plan(log.LogEndOffset - 2, ReadBound.LastStable);

    /// <summary>A consumer that walks through the middle: the index, then headers of a few batches.</summary>
    [Benchmark]
    public int ThroughTheIndex()
    {
        offset = offset + 1 < 2000 ? offset + 1 : 0;
        return Plan(8000 + offset, ReadBound.HighWatermark);
    }

    private int Plan(long from, ReadBound bound)
    {
        ReadPlan plan = log.Read(from, 1024 * 1024, bound, minOneBatch: true, ranges);
        ranges[0].Release();
        return plan.Bytes;
    }

    [GlobalCleanup]
    public void Cleanup() => bench.Dispose();
}
