using Millrace.Base;

namespace Millrace.Storage;

/// <summary>What the logs of one log directory share. Thread-safe; lives as long as the directory is in use.</summary>
public sealed class LogDirectoryContext
{
    private readonly Lock gate = new();
    private readonly Stack<PendingWrites> idlePending = new();
    private readonly Random random;
    private readonly ILogDirectoryFailure failures;
    private readonly IReadOnlyList<GroupCommit> groupCommits;
    private uint logCount;
    private volatile bool isFailed;

    /// <param name="path">The log directory.</param>
    /// <param name="files">Opens the files.</param>
    /// <param name="buffers">Memory for batches that are rewritten.</param>
    /// <param name="worker">Does what may wait for the disk.</param>
    /// <param name="groupCommits">Sync what must be on the device before it is acknowledged; one at least.</param>
    /// <param name="listener">Hears of offsets that moved.</param>
    /// <param name="failures">Hears that the directory failed.</param>
    /// <param name="writer">Replaces small files.</param>
    /// <param name="random">For the jitter of rolls; used under a lock of the context.</param>
    public LogDirectoryContext(
        string path,
        FileCache files,
        BufferPool buffers,
        ILogWorker worker,
        IReadOnlyList<GroupCommit> groupCommits,
        ILogListener listener,
        ILogDirectoryFailure failures,
        AtomicFileWriter writer,
        Random random)
    {
        Path = path;
        Files = files;
        Buffers = buffers;
        Worker = worker;
        this.groupCommits = groupCommits;
        Listener = listener;
        Writer = writer;
        this.failures = failures;
        this.random = random;
    }

    public string Path { get; }

    public FileCache Files { get; }

    public IFileSystem FileSystem => Files.FileSystem;

    public BufferPool Buffers { get; }

    public ILogWorker Worker { get; }

    public ILogListener Listener { get; }

    public AtomicFileWriter Writer { get; }

    /// <summary>
    /// Whether the directory is offline: nothing is written to it, nothing acknowledged from it any more.
    /// </summary>
    public bool IsFailed => isFailed;

    /// <summary>Takes the directory offline, unless the error is one that passes by itself.</summary>
    /// <returns>Whether the directory is offline now.</returns>
    public bool Fail(string operation, string path, IoError error) =>
        error == IoError.None || error.IsPassing() ? isFailed : FailForGood(operation, path, error);

    /// <summary>
    /// Takes the directory offline whatever the error is: after a failed sync nobody knows what is on the device.
    /// </summary>
    /// <returns>True.</returns>
    public bool FailForGood(string operation, string path, IoError error)
    {
        lock (gate)
        {
            if (isFailed)
            {
                return true;
            }

            isFailed = true;
        }

        failures.Failed(Path, $"{operation} {path}", error);
        return true;
    }

    /// <summary>Answers what waits for a sync; nobody may ask for one any more.</summary>
    internal void StopCommits()
    {
        foreach (GroupCommit commit in groupCommits)
        {
            commit.Dispose();
        }
    }

    /// <summary>
    /// The group commit of a log that is new here. Logs take turns, so that the partitions of a topic are synced beside
    /// each other.
    /// </summary>
    internal GroupCommit NextGroupCommit() =>
        groupCommits[(int)(Interlocked.Increment(ref logCount) % (uint)groupCommits.Count)];

    internal long Jitter(long max)
    {
        if (max <= 0)
        {
            return 0;
        }

        lock (gate)
        {
            return random.NextInt64(max);
        }
    }

    internal PendingWrites RentPending()
    {
        lock (gate)
        {
            return idlePending.TryPop(out PendingWrites? idle) ? idle : new PendingWrites();
        }
    }

    internal void ReturnPending(PendingWrites pending)
    {
        pending.Clear();
        lock (gate)
        {
            if (idlePending.Count < StorageLimits.PendingWritesKept)
            {
                idlePending.Push(pending);
            }
        }
    }
}
