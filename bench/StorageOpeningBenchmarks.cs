using BenchmarkDotNet.Attributes;
using Millrace.Base;
using Millrace.Storage;

namespace Millrace.Bench;

/// <summary>
/// Opens 10,000 partitions that were closed cleanly. Goal: 3 seconds. An operation is the whole start and a clean stop.
/// </summary>
[WarmupCount(1)]
[IterationCount(3)]
[InvocationCount(1)]
public class StorageOpeningBenchmarks : ILogDirectoriesListener, ILogListener
{
    private const int Partitions = 10_000;

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-bench-").FullName;
    private readonly BufferPool buffers = new();

    [GlobalSetup]
    public void Setup()
    {
        AtomicFileWriter writer = new(new PosixFileSystem());
        MetaProperties identity = new()
        {
            Version = 1,
            ClusterId = "bench",
            NodeId = 1,
            DirectoryId = Uuid.NewRandom(new Random(1)),
        };
        writer.Write(Path.Join(folder, MetaProperties.FileName), identity.Format(DateTimeOffset.UnixEpoch));
        LogDirectories directories = Open();
        using LogBench bench = new();
        for (int partition = 0; partition < Partitions; partition++)
        {
            directories.Create(
                new TopicPartition("bench", partition), new Uuid(1, 2), new LogConfig(), out PartitionLog? log);
            Append(bench, log!);
        }

        directories.Close(brokerEpoch: 1);
    }

    private static unsafe void Append(LogBench bench, PartitionLog log)
    {
        fixed (byte* batch = LogBench.Batch(1000))
        {
            log.Flush(bench.Append(log, batch, LogBench.Batch(1000).Length));
        }
    }

    private LogDirectories Open()
    {
        LogDirectories.Open(
            new LogDirectoriesOptions { Paths = [folder], NodeId = 1, ConfigOf = _ => LogConfig.Default },
            new LogDirectoriesPorts
            {
                Clock = SystemClock.Instance,
                Random = new Random(2),
                Files = new FileCache(new PosixFileSystem(), 1000),
                Buffers = buffers,
                LogListener = this,
                Listener = this,
                NewWorker = _ => new LogWorker(SystemClock.Instance, "log worker"),
            },
            out LogDirectories? opened);
        return opened!;
    }

    /// <summary>The next iteration finds a clean stop, too: the close is no part of the goal, but small.</summary>
    [Benchmark]
    public long OpenCleanly()
    {
        long startMs = SystemClock.Instance.WallMs;
        LogDirectories directories = Open();
        Console.WriteLine(
            $"// {directories.Logs.Count} partitions open after {SystemClock.Instance.WallMs - startMs} ms");
        directories.Close(brokerEpoch: 1);
        return directories.Logs.Count;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        buffers.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public void Cut(in TailCut cut) => Console.WriteLine($"// {cut}");

    public void Repaired(string path, string what) => Console.WriteLine($"// {path}: {what}");

    public void Offline(TopicPartition partition, string problem) => Console.WriteLine($"// {partition}: {problem}");

    public void Progress(string logDirectory, int loaded, int total) =>
        Console.WriteLine($"// {loaded} of {total} partitions");

    public void DirectoryFailed(LogDirectory directory, string problem, IReadOnlyList<PartitionLog> partitions) =>
        throw new IOException(problem);

    public void AllDirectoriesFailed()
    {
    }

    public void LogEndMoved(PartitionLog log)
    {
    }

    public void HighWatermarkMoved(PartitionLog log)
    {
    }

    public void FlushedOffsetMoved(PartitionLog log)
    {
    }

    public void LogStartMoved(PartitionLog log)
    {
    }
}
