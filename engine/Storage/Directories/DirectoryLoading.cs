using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// Opens all logs of one log directory with some threads, which take one folder after the other. Lives for one start.
/// </summary>
internal sealed class DirectoryLoading
{
    private const long ProgressIntervalMs = 1000;

    private readonly LogDirectory directory;
    private readonly LogDirectoriesOptions options;
    private readonly LogRegistry registry;
    private readonly ILogLoadListener listener;
    private readonly IClock clock;
    private readonly List<(TopicPartition Partition, string Folder)> folders = [];
    private readonly Lock progressGate = new();
    private int next = -1;
    private int loaded;
    private long lastProgressMs;

    internal DirectoryLoading(
        LogDirectory directory,
        LogDirectoriesOptions options,
        LogRegistry registry,
        ILogLoadListener listener,
        IClock clock)
    {
        this.directory = directory;
        this.options = options;
        this.registry = registry;
        this.listener = listener;
        this.clock = clock;
    }

    /// <summary>Folders whose deletion an earlier run did not finish.</summary>
    internal List<string> Deleted { get; } = [];

    private LogDirectoryContext Context => directory.Context!;

    /// <summary>Lists the folders.</summary>
    internal IoError Find()
    {
        List<DirectoryEntry> entries = [];
        IoError error = Context.FileSystem.List(directory.Path, entries);
        foreach (DirectoryEntry entry in entries)
        {
            if (!entry.IsDirectory || !PartitionFolderName.TryParse(entry.Name, out PartitionFolderName name))
            {
                continue;
            }

            string path = directory.PathOf(entry.Name);
            if (name.Kind == PartitionFolderKind.Delete)
            {
                Deleted.Add(path);
            }
            else if (name.Kind == PartitionFolderKind.Live && name.TopicPartition.Topic != LogDirectories.MetadataTopic)
            {
                folders.Add((name.TopicPartition, path));
            }
        }

        return error;
    }

    /// <summary>Starts the threads.</summary>
    internal List<Thread> Start()
    {
        lastProgressMs = clock.MonotonicMs;
        List<Thread> threads = [];
        int count = Math.Min(Math.Max(1, options.RecoveryThreadsPerDirectory), Math.Max(1, folders.Count));
        for (int index = 0; index < count; index++)
        {
            Thread thread = new(Run) { IsBackground = true, Name = $"log-recovery-{index}" };
            thread.Start();
            threads.Add(thread);
        }

        return threads;
    }

    /// <summary>What each thread does; simulations call it themselves.</summary>
    internal void Run()
    {
        while (!directory.IsOffline)
        {
            int index = Interlocked.Increment(ref next);
            if (index >= folders.Count)
            {
                return;
            }

            Load(folders[index].Partition, folders[index].Folder);
            ReportProgress();
        }
    }

    private void Load(TopicPartition partition, string folder)
    {
        LogConfig config = options.ConfigOf(partition.Topic);
        LogLoad load = LogLoader.Load(
            Context,
            new LoadRequest
            {
                Partition = partition,
                Folder = folder,
                Config = config,
                StoppedCleanly = directory.StoppedCleanly,
                RecoveryPoint = directory.RecoveryPoints.Offsets.GetValueOrDefault(partition),
                LogStartOffset = directory.LogStarts.Offsets.GetValueOrDefault(partition),
                HighWatermark = directory.HighWatermarks.Offsets.GetValueOrDefault(partition),
                MayHaveGaps = config.Compacts || directory.Cleaned.Offsets.ContainsKey(partition),
            },
            listener,
            options.ProducerExpirationMs,
            clock.WallMs);
        if (load.Log is null)
        {
            Context.Fail("load", folder, load.Error);
            TakeOffline(partition, load.Problem!);
        }
        else if (!registry.TryAdd(load.Log))
        {
            load.Log.Abandon();
            TakeOffline(partition, $"{folder} is passed over: another log directory has {partition}, too");
        }
        else
        {
            directory.Opened();
        }
    }

    private void TakeOffline(TopicPartition partition, string problem)
    {
        directory.AddDamaged(partition, problem);
        listener.Offline(partition, problem);
    }

    private void ReportProgress()
    {
        lock (progressGate)
        {
            loaded++;
            long nowMs = clock.MonotonicMs;
            if (loaded == folders.Count || nowMs - lastProgressMs >= ProgressIntervalMs)
            {
                lastProgressMs = nowMs;
                listener.Progress(directory.Path, loaded, folders.Count);
            }
        }
    }
}
