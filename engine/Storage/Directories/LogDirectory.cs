using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// One of the <c>log.dirs</c>: its lock, its identity, its checkpoints, and what its logs share. Opened and closed by
/// <see cref="LogDirectories"/>; the checkpoints are written by the maintenance thread alone.
/// </summary>
public sealed class LogDirectory
{
    private readonly IFileSystem files;
    private readonly Lock checkpointGate = new();
    private readonly Dictionary<TopicPartition, string> damaged = [];
    private IFileLock? held;
    private int logCount;

    internal LogDirectory(IFileSystem files, string path, IFileLock? held)
    {
        this.files = files;
        this.held = held;
        Path = path;
        Reserve = new SpaceReserve(files, path);
        Writer = new AtomicFileWriter(files, Reserve);
    }

    public string Path { get; }

    /// <summary>From <c>meta.properties</c>; zero where the directory could not be opened.</summary>
    public Uuid DirectoryId { get; internal set; }

    /// <summary>What its logs share; null where the directory could not be opened.</summary>
    public LogDirectoryContext? Context { get; internal set; }

    /// <summary>The directory was stopped cleanly before this start.</summary>
    public bool StoppedCleanly { get; private set; }

    /// <summary>
    /// The broker epoch of that clean stop; null where the stop was unclean, or the file does not tell (KIP-966).
    /// </summary>
    public long? PreviousBrokerEpoch { get; private set; }

    /// <summary>Why the directory is offline; null while it is not.</summary>
    public string? Problem { get; internal set; }

    public bool IsOffline => Problem is not null || Context is null || Context.IsFailed;

    /// <summary>Partitions that are damaged: what is wrong with each, for the operator.</summary>
    public IReadOnlyDictionary<TopicPartition, string> DamagedPartitions => damaged;

    /// <summary>Logs in use. Any thread.</summary>
    public int LogCount => Volatile.Read(ref logCount);

    internal AtomicFileWriter Writer { get; }

    /// <summary>Space that is kept so that deletes can be recorded on a full disk.</summary>
    internal SpaceReserve Reserve { get; }

    internal MetaProperties? Identity { get; set; }

    internal OffsetCheckpoint RecoveryPoints { get; private set; } = new();

    internal OffsetCheckpoint LogStarts { get; private set; } = new();

    internal OffsetCheckpoint HighWatermarks { get; private set; } = new();

    internal OffsetCheckpoint Cleaned { get; private set; } = new();

    internal string PathOf(string name) => System.IO.Path.Join(Path, name);

    internal void Opened() => Interlocked.Increment(ref logCount);

    internal void Closed() => Interlocked.Decrement(ref logCount);

    internal void AddDamaged(TopicPartition partition, string problem)
    {
        lock (damaged)
        {
            damaged[partition] = problem;
        }
    }

    /// <summary>
    /// Reads what the last stop left, and takes the mark of a clean one away: should the process end while it loads,
    /// the next start must not believe it (KAFKA-10471).
    /// </summary>
    internal IoError ReadStop(ILogLoadListener listener)
    {
        SmallFileRead<CleanShutdownMarker> marker =
            CleanShutdownMarker.Read(files, PathOf(CleanShutdownMarker.FileName));
        StoppedCleanly = !marker.IsMissing && marker.Error == IoError.None;
        PreviousBrokerEpoch = marker.Value?.BrokerEpoch;
        IoError error = marker.IsMissing ? IoError.None : marker.Error;
        RecoveryPoints = ReadOffsets(OffsetCheckpoint.RecoveryPointFile, listener, ref error);
        LogStarts = ReadOffsets(OffsetCheckpoint.LogStartFile, listener, ref error);
        HighWatermarks = ReadOffsets(OffsetCheckpoint.HighWatermarkFile, listener, ref error);
        Cleaned = ReadOffsets(OffsetCheckpoint.CleanerFile, listener, ref error);
        if (error == IoError.None && StoppedCleanly)
        {
            error = Writer.Delete(PathOf(CleanShutdownMarker.FileName));
        }

        return error;
    }

    private OffsetCheckpoint ReadOffsets(string name, ILogLoadListener listener, ref IoError error)
    {
        SmallFileRead<OffsetCheckpoint> read = OffsetCheckpoint.Read(files, PathOf(name));
        if (read.IsDamaged)
        {
            listener.Repaired(PathOf(name), $"passed over: {read.Damage}");
        }

        if (error == IoError.None && !read.IsMissing)
        {
            error = read.Error;
        }

        return read.Value ?? new OffsetCheckpoint();
    }

    /// <summary>Writes <c>meta.properties</c> where it is missing or lacks the directory's id.</summary>
    internal IoError WriteIdentity(MetaProperties identity, DateTimeOffset now)
    {
        DirectoryId = identity.DirectoryId!.Value;
        if (identity == Identity)
        {
            return IoError.None;
        }

        Identity = identity;
        return Writer.Write(PathOf(MetaProperties.FileName), identity.Format(now));
    }

    /// <summary>
    /// Writes one checkpoint of the offsets of this directory's logs. Any thread; waits for the disk.
    /// </summary>
    public IoError WriteOffsets(string name, IEnumerable<PartitionLog> logs)
    {
        lock (checkpointGate)
        {
            if (IsOffline)
            {
                return IoError.Closed;
            }

            Dictionary<TopicPartition, long> offsets = [];
            foreach (PartitionLog log in logs)
            {
                if (ReferenceEquals(log.Directory, Context) && OffsetOf(name, log) is { } offset)
                {
                    offsets[log.Partition] = offset;
                }
            }

            // What is known of damaged partitions stays known: they may be repaired.
            foreach (TopicPartition partition in damaged.Keys)
            {
                if (Before(name).Offsets.TryGetValue(partition, out long offset))
                {
                    offsets.TryAdd(partition, offset);
                }
            }

            IoError error = Writer.Write(PathOf(name), new OffsetCheckpoint(offsets).Format());
            Context!.Fail("write", PathOf(name), error);
            return error;
        }
    }

    private OffsetCheckpoint Before(string name) => name switch
    {
        OffsetCheckpoint.RecoveryPointFile => RecoveryPoints,
        OffsetCheckpoint.LogStartFile => LogStarts,
        _ => HighWatermarks,
    };

    private static long? OffsetOf(string name, PartitionLog log) => name switch
    {
        OffsetCheckpoint.RecoveryPointFile => log.RecoveryPoint,

        // A log that starts where its first segment does says so itself.
        OffsetCheckpoint.LogStartFile =>
            log.LogStartOffset > log.Segments[0].BaseOffset ? log.LogStartOffset : null,
        _ => log.HighWatermark,
    };

    /// <summary>Says that every log was synced and closed.</summary>
    internal IoError MarkClean(long? brokerEpoch) =>
        Writer.Write(PathOf(CleanShutdownMarker.FileName), new CleanShutdownMarker(brokerEpoch).Format());

    /// <summary>Gives the lock up: the directory is not used any more, whether it was closed or not.</summary>
    public void Unlock()
    {
        held?.Release();
        held = null;
    }

    public override string ToString() => Path;
}
