using BenchmarkDotNet.Attributes;
using Millrace.Base;
using Millrace.Storage;

namespace Millrace.Bench;

/// <summary>
/// Recovers a segment of 1 GiB after an unclean stop, beside the floor in the same run: its bytes read in pieces of 1
/// MiB and summed. Goal: half the speed of the floor. The file is in the page cache for both.
/// </summary>
[WarmupCount(1)]
[IterationCount(3)]
[InvocationCount(1)]
public class StorageRecoveryBenchmarks : ILogLoadListener
{
    private const int SegmentBytes = 1024 * 1024 * 1024;

    private readonly LogBench bench = new();
    private readonly byte[] piece = new byte[1024 * 1024];
    private PartitionLog log = null!;

    [GlobalSetup]
    public unsafe void Setup()
    {
        LogConfig config = new() { SegmentBytes = SegmentBytes };
        log = bench.Create(config);
        byte[] batch = GC.AllocateUninitializedArray<byte>(16 * 1024 + 1024, pinned: true);
        byte[] made = LogBench.Batch(16 * 1024);
        fixed (byte* start = batch)
        {
            while (log.Size < SegmentBytes - (2 * made.Length))
            {
                made.CopyTo(batch, 0);
                log.Flush(bench.Append(log, start, made.Length));
            }
        }

        log.Sync();
    }

    [Benchmark(Baseline = true)]
    public uint ReadAndSum()
    {
        using FileStream file = new(log.Segments[0].File.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
        uint crc = 0;
        int count;
        while ((count = file.Read(piece)) > 0)
        {
            crc = Crc32C.Append(crc, piece.AsSpan(0, count));
        }

        return crc;
    }

    [Benchmark]
    public long Recover()
    {
        LogLoad load = LogLoader.Load(
            bench.Context,
            new LoadRequest
            {
                Partition = log.Partition,
                Folder = log.Folder,
                Config = log.Config,
                StoppedCleanly = false,
            },
            this,
            producerExpirationMs: 86_400_000,
            bench.NowMs);
        return load.Log!.LogEndOffset == log.LogEndOffset
            ? load.Log.LogEndOffset
            : throw new InvalidOperationException("the recovery lost records");
    }

    [GlobalCleanup]
    public void Cleanup() => bench.Dispose();

    public void Cut(in TailCut cut) => throw new InvalidOperationException(cut.ToString());

    public void Repaired(string path, string what)
    {
    }

    public void Offline(TopicPartition partition, string problem)
    {
    }

    public void Progress(string logDirectory, int loaded, int total)
    {
    }
}
