using System.Collections.Concurrent;
using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Storage;

/// <summary>
/// All log directories of a broker: locks them, makes sure they are its own, opens their logs, makes and deletes logs,
/// and ends their use. A directory that fails is offline with all its logs, at once and for good; the others go on.
/// </summary>
/// <remarks>
/// Thread-safe. Creating, deleting and closing wait for the disk, so they are never called by a reactor. Order of a
/// start: locks, identities (read only), clean-stop marks taken away, logs. Order of a clean stop: logs synced and
/// closed, checkpoints, marks.
/// </remarks>
public sealed class LogDirectories : ILogDirectoryFailure
{
    /// <summary>Its only partition is opened by the metadata quorum.</summary>
    public const string MetadataTopic = "__cluster_metadata";

    private readonly LogDirectoriesOptions options;
    private readonly LogDirectoriesPorts ports;
    private readonly List<LogDirectory> directories = [];
    private readonly ConcurrentQueue<(string Path, string Problem)> failures = new();
    private readonly Lock createGate = new();
    private bool allFailedWasTold;

    private LogDirectories(LogDirectoriesOptions options, LogDirectoriesPorts ports)
    {
        this.options = options;
        this.ports = ports;
        Maintenance = new LogMaintenance(this, options, ports.Clock);
    }

    /// <summary>All of <c>log.dirs</c>, in their order.</summary>
    public IReadOnlyList<LogDirectory> All => directories;

    /// <summary>The logs of the directories that are online.</summary>
    public LogRegistry Logs { get; } = new();

    /// <summary>What is to be done from time to time. Start its thread once the broker is up.</summary>
    public LogMaintenance Maintenance { get; }

    /// <summary>The cluster of the directories; null where none names one.</summary>
    public string? ClusterId { get; private set; }

    private IFileSystem Files => ports.Files.FileSystem;

    /// <summary>Opens the directories and all their logs.</summary>
    /// <param name="options">The broker's configs.</param>
    /// <param name="ports">Clock, files, threads and listeners.</param>
    /// <param name="opened">What was opened; null where the start is refused.</param>
    /// <returns>Why nothing may be used; null where the broker can go on.</returns>
    public static LogDirectoriesRefusal? Open(
        LogDirectoriesOptions options, LogDirectoriesPorts ports, out LogDirectories? opened)
    {
        LogDirectories made = new(options, ports);
        string? problem = made.Lock() ?? made.Identify();
        if (problem is not null)
        {
            foreach (LogDirectory directory in made.directories)
            {
                directory.Unlock();
            }

            opened = null;
            return new LogDirectoriesRefusal(problem);
        }

        made.Load();
        opened = made;
        return null;
    }

    private string? Lock()
    {
        foreach (string path in options.Paths)
        {
            IoError error = MakeFolder(path);
            IFileLock? held = null;
            if (error == IoError.None)
            {
                error = Files.TryLock(Path.Join(path, ".lock"), out held);
            }

            if (error == IoError.Locked)
            {
                return $"{path} is in use by another broker: the lock on its file .lock is taken";
            }

            LogDirectory directory = new(Files, path, held);
            directories.Add(directory);
            if (error != IoError.None)
            {
                directory.Problem = $"{path} cannot be opened: {error}";
            }
        }

        return NoneLeft();
    }

    private string? NoneLeft() => directories.TrueForAll(directory => directory.Problem is not null)
        ? $"no log directory can be used: {string.Join("; ", directories.Select(directory => directory.Problem))}"
        : null;

    private IoError MakeFolder(string path)
    {
        IoError error = Files.Status(path, out FileStatus status);
        if (error != IoError.NotFound)
        {
            return error == IoError.None && !status.IsDirectory ? IoError.AlreadyExists : error;
        }

        string? parent = Path.GetDirectoryName(path);
        error = string.IsNullOrEmpty(parent) ? IoError.None : MakeFolder(parent);
        return error == IoError.None ? Files.CreateDirectory(path) : error;
    }

    private string? Identify()
    {
        List<LogDirectory> usable = directories.FindAll(directory => directory.Problem is null);
        string? problem = DirectoryIdentities.Check(Files, usable, options) ?? NoneLeft();
        if (problem is not null)
        {
            return problem;
        }

        ClusterId = options.ClusterId;
        foreach (LogDirectory directory in usable)
        {
            ClusterId ??= directory.Identity?.ClusterId;
        }

        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(ports.Clock.WallMs);
        foreach (LogDirectory directory in usable.FindAll(directory => directory.Problem is null))
        {
            MetaProperties identity = DirectoryIdentities.Complete(directory, options, ClusterId, ports.Random);
            Use(directory);
            IoError error = directory.WriteIdentity(identity, now);
            error = error == IoError.None ? directory.ReadStop(ports.Listener) : error;
            if (error != IoError.None)
            {
                directory.Context!.FailForGood("open", directory.Path, error);
            }

            // Without the reserve deletes may have to wait for space; that is no reason not to start.
            _ = directory.Reserve.Take();
        }

        return null;
    }

    private void Use(LogDirectory directory)
    {
        ILogWorker worker = ports.NewWorker(directory.Path);
        GroupCommit[] commits = new GroupCommit[StorageLimits.GroupCommits];
        for (int index = 0; index < commits.Length; index++)
        {
            commits[index] = new(error => directory.Context!.FailForGood("sync a log in", directory.Path, error));
        }

        directory.Context = new LogDirectoryContext(
            directory.Path,
            ports.Files,
            ports.Buffers,
            worker,
            commits,
            ports.LogListener,
            this,
            directory.Writer,
            new Random(ports.Random.Next()));
        if (!ports.IsSimulated)
        {
            Array.ForEach(commits, static commit => commit.Start("log-commit"));
        }
    }

    private void Load()
    {
        List<DirectoryLoading> loadings = [];
        List<Thread> threads = [];
        foreach (LogDirectory directory in directories)
        {
            if (directory.IsOffline)
            {
                continue;
            }

            DirectoryLoading loading = new(directory, options, Logs, ports.Listener, ports.Clock);
            IoError error = loading.Find();
            if (error != IoError.None)
            {
                directory.Context!.FailForGood("list", directory.Path, error);
                continue;
            }

            loadings.Add(loading);
            if (ports.IsSimulated)
            {
                loading.Run();
            }
            else
            {
                threads.AddRange(loading.Start());
            }

            foreach (string folder in loading.Deleted)
            {
                directory.Context!.Worker.PostLater(
                    new FolderDeletionJob(directory, folder), options.FileDeleteDelayMs);
            }
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        foreach (LogDirectory directory in directories.FindAll(directory => directory.Context is null))
        {
            ports.Listener.DirectoryFailed(directory, directory.Problem!, []);
        }

        TakeFailedOffline();
    }

    /// <summary>
    /// Makes a partition's folder and its log, in the directory with the fewest partitions unless told which.
    /// </summary>
    /// <returns>KAFKA_STORAGE_ERROR where the disk refused; nothing is left behind then.</returns>
    public ErrorCode Create(
        TopicPartition partition,
        Uuid topicId,
        LogConfig config,
        out PartitionLog? log,
        Uuid? directoryId = null,
        long startOffset = 0)
    {
        lock (createGate)
        {
            log = Logs.Find(partition);
            if (log is not null)
            {
                return ErrorCode.None;
            }

            LogDirectory? directory = Choose(directoryId, partition);
            IoError error = directory is null
                ? IoError.Closed
                : CreateIn(directory, partition, topicId, config, startOffset, out log);
            if (error != IoError.None)
            {
                directory?.Context!.Fail("create", directory.PathOf(partition.ToString()), error);
                log = null;
                return ErrorCode.KafkaStorageError;
            }

            Logs.TryAdd(log!);
            directory!.Opened();
            return ErrorCode.None;
        }
    }

    private LogDirectory? Choose(Uuid? directoryId, TopicPartition partition)
    {
        LogDirectory? fewest = null;
        foreach (LogDirectory directory in directories)
        {
            if (directory.DamagedPartitions.ContainsKey(partition))
            {
                // Its folder is there, damaged: a second one elsewhere would hide it.
                return null;
            }

            bool isMeant = directoryId is null || directory.DirectoryId == directoryId;
            if (!directory.IsOffline && isMeant && (fewest is null || directory.LogCount < fewest.LogCount))
            {
                fewest = directory;
            }
        }

        return fewest;
    }

    private IoError CreateIn(
        LogDirectory directory,
        TopicPartition partition,
        Uuid topicId,
        LogConfig config,
        long startOffset,
        out PartitionLog? log)
    {
        log = null;
        string folder = directory.PathOf(PartitionFolderName.Live(partition).ToString());
        IoError error = Files.CreateDirectory(folder);
        if (error is not (IoError.None or IoError.AlreadyExists))
        {
            return error;
        }

        error = topicId == Uuid.Zero
            ? IoError.None
            : directory.Writer.Write(
                Path.Join(folder, PartitionMetadata.FileName), new PartitionMetadata(topicId).Format());
        if (error == IoError.None)
        {
            error = PartitionLog.Create(
                directory.Context!,
                partition,
                topicId,
                folder,
                config,
                options.ProducerExpirationMs,
                ports.Clock.WallMs,
                out log,
                startOffset);
        }

        error = error == IoError.None ? Files.SyncDirectory(directory.Path) : error;
        if (error != IoError.None)
        {
            log?.Abandon();
            _ = FolderDeletionJob.DeleteFolder(Files, folder);
        }

        return error;
    }

    /// <summary>
    /// Takes logs out of use and deletes them: their folders are renamed at once, so that the deletion stands whatever
    /// comes, and go after <c>file.delete.delay.ms</c>.
    /// </summary>
    public ErrorCode Delete(IReadOnlyCollection<PartitionLog> logs)
    {
        ErrorCode result = ErrorCode.None;
        HashSet<LogDirectory> touched = [];
        foreach (PartitionLog log in logs)
        {
            LogDirectory directory = DirectoryOf(log);
            Logs.Remove(log);
            directory.Closed();
            log.Abandon();
            touched.Add(directory);
            result = Discard(directory, log) == IoError.None ? result : ErrorCode.KafkaStorageError;
        }

        // A topic that is made again under the same name must not find the old one's offsets.
        foreach (LogDirectory directory in touched)
        {
            Checkpoint(directory);
        }

        return result;
    }

    private IoError Discard(LogDirectory directory, PartitionLog log)
    {
        string name = PartitionFolderName.Unique(log.Partition, PartitionFolderKind.Delete, ports.Random).ToString();
        string target = directory.PathOf(name);
        IoError error = log.MoveTo(target);
        if (error == IoError.NoSpace && directory.Reserve.Release())
        {
            error = log.MoveTo(target);
        }

        if (error == IoError.None)
        {
            directory.Context!.Worker.PostLater(new FolderDeletionJob(directory, target), log.Config.FileDeleteDelayMs);
        }

        return error;
    }

    private LogDirectory DirectoryOf(PartitionLog log) =>
        directories.Find(directory => ReferenceEquals(directory.Context, log.Directory))!;

    /// <summary>Writes all checkpoints of a directory now.</summary>
    internal IoError Checkpoint(LogDirectory directory)
    {
        IoError first = IoError.None;
        foreach (string name in (ReadOnlySpan<string>)
            [OffsetCheckpoint.RecoveryPointFile, OffsetCheckpoint.LogStartFile, OffsetCheckpoint.HighWatermarkFile])
        {
            IoError error = directory.WriteOffsets(name, Logs.All);
            first = first == IoError.None ? error : first;
        }

        return first;
    }

    /// <summary>Takes note that a directory failed: any thread, under any log's lock.</summary>
    public void Failed(string logDirectory, string operation, IoError error)
    {
        failures.Enqueue((logDirectory, $"could not {operation}: {error}"));
        Maintenance.Wake();
    }

    /// <summary>Takes the logs of failed directories out of use and tells the listener. Maintenance thread.</summary>
    internal void TakeFailedOffline()
    {
        while (failures.TryDequeue(out (string Path, string Problem) failure))
        {
            LogDirectory directory = directories.Find(candidate => candidate.Path == failure.Path)!;
            directory.Problem = failure.Problem;
            List<PartitionLog> lost = [];
            foreach (PartitionLog log in Logs.All)
            {
                if (ReferenceEquals(log.Directory, directory.Context))
                {
                    lost.Add(log);
                    Logs.Remove(log);
                }
            }

            ports.Listener.DirectoryFailed(directory, failure.Problem, lost);
        }

        if (!allFailedWasTold && directories.TrueForAll(directory => directory.IsOffline))
        {
            allFailedWasTold = true;
            ports.Listener.AllDirectoriesFailed();
        }
    }

    /// <summary>
    /// Ends the use of all directories: syncs and closes every log, writes the checkpoints, and marks as cleanly
    /// stopped what was. No append is under way any more.
    /// </summary>
    /// <param name="brokerEpoch">The epoch under which the broker is registered, for the mark.</param>
    /// <returns>Whether every directory was stopped cleanly.</returns>
    public bool Close(long? brokerEpoch)
    {
        Maintenance.Stop();
        TakeFailedOffline();
        bool isClean = true;
        foreach (LogDirectory directory in directories)
        {
            isClean &= !directory.IsOffline && CloseOne(directory, brokerEpoch);
            (directory.Context?.Worker as IDisposable)?.Dispose();
            directory.Context?.StopCommits();
            directory.Unlock();
        }

        return isClean;
    }

    private bool CloseOne(LogDirectory directory, long? brokerEpoch)
    {
        (directory.Context!.Worker as LogWorker)?.Drain();
        bool isSafe = true;
        foreach (PartitionLog log in Logs.All)
        {
            if (ReferenceEquals(log.Directory, directory.Context))
            {
                isSafe &= log.Close();
            }
        }

        isSafe &= Checkpoint(directory) == IoError.None;

        // A damaged partition is only found by looking through it: the next start has to do that again.
        return isSafe
            && !directory.IsOffline
            && directory.DamagedPartitions.Count == 0
            && directory.MarkClean(brokerEpoch) == IoError.None;
    }
}
