using System.Buffers.Binary;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Millrace.Base;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Bench;

/// <summary>
/// Appends as a leader, to the page cache, beside the floor in the same run: the checksum of the same batches and one
/// <c>pwritev</c> into a preallocated file. Goals: within 1.3 times the floor for batches of 16 KiB and 1 MiB, within
/// 1.5 times for groups of 64 batches of 1 KiB, and no memory taken. An operation is a group: one flush.
/// </summary>
public unsafe class StorageAppendBenchmarks
{
    private const int BytesPerRun = 128 * 1024 * 1024;
    private const int BuffersBytes = 4 * 1024 * 1024;

    private readonly LogBench bench = new();
    private PartitionLog log = null!;
    private IFile floorFile = null!;
    private byte* memory;
    private int batchBytes;
    private int groupBatches;
    private int batchCount;

    [Params("16 KiB", "1 MiB", "64 x 1 KiB")]
    public string Shape { get; set; } = "";

    private int GroupsPerRun => BytesPerRun / (batchBytes * groupBatches);

    [GlobalSetup]
    public void Setup()
    {
        (int payload, groupBatches) = Shape switch
        {
            "16 KiB" => (16 * 1024, 1),
            "1 MiB" => (1024 * 1024, 1),
            _ => (1024, 64),
        };
        byte[] batch = LogBench.Batch(payload);
        batchBytes = batch.Length;
        batchCount = Math.Max(groupBatches, BuffersBytes / batchBytes);
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)(batchCount * batchBytes), 64);
        for (int index = 0; index < batchCount; index++)
        {
            batch.CopyTo(new Span<byte>(memory + (index * batchBytes), batchBytes));
        }

        log = bench.Create(new LogConfig { MaxMessageBytes = 2 * 1024 * 1024 });
        floorFile = bench.OpenFile("floor");
    }

    /// <summary>What no broker can do without: the checksums and the write.</summary>
    [Benchmark(Baseline = true)]
    public long Floor()
    {
        floorFile.Truncate(0);
        floorFile.Preallocate(0, BytesPerRun);
        IoVector* vectors = stackalloc IoVector[groupBatches];
        long position = 0;
        int next = 0;
        uint sum = 0;
        for (int group = 0; group < GroupsPerRun; group++)
        {
            for (int index = 0; index < groupBatches; index++)
            {
                byte* start = memory + (next * batchBytes);
                next = (next + 1) % batchCount;
                sum ^= BatchChecksum.Compute(new ReadOnlySpan<byte>(start, batchBytes));
                vectors[index] = new IoVector(start, (nuint)batchBytes);
            }

            position += floorFile.WriteVectored(position, new ReadOnlySpan<IoVector>(vectors, groupBatches)).Bytes;
        }

        return position + sum;
    }

    /// <summary>The log, with all its checks.</summary>
    [Benchmark]
    public long Append()
    {
        log.TruncateTo(0, bench.NowMs);
        int next = 0;
        for (int group = 0; group < GroupsPerRun; group++)
        {
            FlushTicket ticket = default;
            for (int index = 0; index < groupBatches; index++)
            {
                byte* start = memory + (next * batchBytes);
                next = (next + 1) % batchCount;

                // The last round gave it an offset; clients count from 0.
                BinaryPrimitives.WriteInt64BigEndian(new Span<byte>(start, sizeof(long)), 0);
                ticket = bench.Append(log, start, batchBytes);
            }

            log.Flush(ticket);
        }

        return log.LogEndOffset;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        floorFile.Close();
        NativeMemory.AlignedFree(memory);
        bench.Dispose();
    }
}
