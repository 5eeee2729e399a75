using Millrace.Base;
using Millrace.Storage.Simulation;
using Millrace.Storage.Tests.Log;

namespace Millrace.Storage.Tests.Directories;

/// <summary>
/// Log directories of one node, on a simulated disk or a real one; all that is heard of them is kept.
/// </summary>
internal sealed class DirectoriesRig : ILogDirectoriesListener, ILogListener, IDisposable
{
    private readonly BufferPool buffers = new();
    private readonly IFileSystem files;
    private readonly string[] paths;

    public DirectoriesRig(IFileSystem files, params string[] paths)
    {
        this.files = files;
        this.paths = paths;
        Appends = new LogRig(new SimulatedFileSystem());
    }

    /// <summary>Makes batches, and appends them to any log.</summary>
    public LogRig Appends { get; }

    public ManualClock Clock { get; } = new(LogRig.StartMs);

    public ManualWorker Worker { get; private set; } = new();

    public List<TailCut> Cuts { get; } = [];

    public List<string> Repairs { get; } = [];

    public Dictionary<TopicPartition, string> OfflinePartitions { get; } = [];

    public List<(string Path, string Problem, int Logs)> FailedDirectories { get; } = [];

    public List<string> ProgressLines { get; } = [];

    public int AllFailed { get; private set; }

    public LogConfig Config { get; set; } = new();

    public int NodeId { get; set; } = 1;

    public long ProducerExpirationMs { get; set; } = 86_400_000;

    public bool IsSimulated { get; set; } = true;

    /// <summary>Background work is done by real threads.</summary>
    public bool HasThreads { get; init; }

    /// <summary>Makes the directories those of node 1 of a cluster.</summary>
    public void Format(string clusterId = "cluster-1")
    {
        Random random = new(5);
        foreach (string path in paths)
        {
            (files as SimulatedFileSystem)?.PutFolder(path);
            MetaProperties identity = new()
            {
                Version = 1,
                ClusterId = clusterId,
                NodeId = NodeId,
                DirectoryId = Uuid.NewRandom(random),
            };
            string file = Path.Join(path, MetaProperties.FileName);
            Assert.Equal(
                IoError.None, new AtomicFileWriter(files).Write(file, identity.Format(DateTimeOffset.UnixEpoch)));
            (files as SimulatedFileSystem)?.Put(file, identity.Format(DateTimeOffset.UnixEpoch));
        }
    }

    public LogDirectoriesRefusal? TryOpen(out LogDirectories? opened)
    {
        Cuts.Clear();
        Repairs.Clear();
        OfflinePartitions.Clear();
        FailedDirectories.Clear();
        Worker = new ManualWorker();
        return LogDirectories.Open(
            new LogDirectoriesOptions
            {
                Paths = paths,
                NodeId = NodeId,
                ConfigOf = _ => Config,
                ProducerExpirationMs = ProducerExpirationMs,
            },
            new LogDirectoriesPorts
            {
                Clock = Clock,
                Random = new Random(3),
                Files = new FileCache(files, 200),
                Buffers = buffers,
                LogListener = this,
                Listener = this,
                NewWorker = _ => HasThreads ? new LogWorker(Clock, "log-worker") : Worker,
                IsSimulated = IsSimulated,
            },
            out opened);
    }

    public LogDirectories Open()
    {
        LogDirectoriesRefusal? refusal = TryOpen(out LogDirectories? opened);
        Assert.Null(refusal);
        return opened!;
    }

    public PartitionLog Create(LogDirectories directories, string topic = "topic", int partition = 0)
    {
        TopicPartition name = new(topic, partition);
        Assert.Equal(
            Protocol.ErrorCode.None,
            directories.Create(name, new Uuid(7, (ulong)partition + 1), Config, out PartitionLog? log));
        return log!;
    }

    /// <summary>All bytes that can be read of a log, batch by batch, by base offset.</summary>
    public static SortedDictionary<long, byte[]> Contents(PartitionLog log)
    {
        SortedDictionary<long, byte[]> found = [];
        FileRange[] ranges = new FileRange[2];
        long offset = log.LogStartOffset;
        while (true)
        {
            ReadPlan plan = log.Read(offset, 1 << 20, ReadBound.LogEnd, minOneBatch: true, ranges);
            Assert.Equal(Protocol.ErrorCode.None, plan.Error);
            if (plan.RangeCount == 0)
            {
                return found;
            }

            Protocol.Records.RecordBatches batches = new(LogRig.Bytes(plan, ranges));
            while (batches.MoveNext())
            {
                Assert.Equal(Protocol.Records.RecordFault.None, batches.Current.Check());
                found.Add(batches.Current.BaseOffset, batches.Current.Bytes.ToArray());
                offset = batches.Current.NextOffset;
            }
        }
    }

    public void Cut(in TailCut cut) => Cuts.Add(cut);

    public void Repaired(string path, string what)
    {
        lock (Repairs)
        {
            Repairs.Add($"{path}: {what}");
        }
    }

    public void Offline(TopicPartition partition, string problem) => OfflinePartitions[partition] = problem;

    public void Progress(string logDirectory, int loaded, int total) =>
        ProgressLines.Add($"{logDirectory} {loaded}/{total}");

    public void DirectoryFailed(LogDirectory directory, string problem, IReadOnlyList<PartitionLog> partitions) =>
        FailedDirectories.Add((directory.Path, problem, partitions.Count));

    public void AllDirectoriesFailed() => AllFailed++;

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

    public void Dispose()
    {
        Appends.Dispose();
        buffers.Dispose();
    }
}
