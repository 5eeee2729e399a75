namespace Millrace.Storage;

/// <summary>
/// Whoever waits for a log to get on: the upper room's waiters. Called on the thread that moved the offset, outside the
/// log's lock; the log's own properties say where the offsets are by then. Must not block and must not throw.
/// </summary>
public interface ILogListener
{
    /// <summary>The log end offset has moved: records were written, or cut off.</summary>
    void LogEndMoved(PartitionLog log);

    /// <summary>The high watermark has moved, and the last stable offset perhaps with it.</summary>
    void HighWatermarkMoved(PartitionLog log);

    /// <summary>Records up to <see cref="PartitionLog.FlushedOffset"/> are on the device.</summary>
    void FlushedOffsetMoved(PartitionLog log);

    /// <summary>The log start offset has moved.</summary>
    void LogStartMoved(PartitionLog log);
}

/// <summary>
/// Hears, once, that a log directory can no longer be trusted and all its logs are offline. Any thread, and some log's
/// lock may be held: it takes note and acts later.
/// </summary>
public interface ILogDirectoryFailure
{
    /// <param name="logDirectory">The directory.</param>
    /// <param name="operation">What failed, with the file, for the operator.</param>
    /// <param name="error">How.</param>
    void Failed(string logDirectory, string operation, IoError error);
}

/// <summary>
/// Does what may wait for the disk, in the order in which it was posted and one at a time: syncs of rolled segments,
/// snapshots, preallocation, deletes. Real: one thread for each log directory. Simulated: run by the test.
/// </summary>
public interface ILogWorker
{
    /// <summary>Runs a job behind those posted before. Any thread; never blocks.</summary>
    void Post(LogJob job);

    /// <summary>Runs a job once <paramref name="delayMs"/> have passed. Any thread; never blocks.</summary>
    void PostLater(LogJob job, long delayMs);
}

/// <summary>
/// Something to be done by an <see cref="ILogWorker"/>. It reports its failures itself and never throws.
/// </summary>
public abstract class LogJob
{
    public abstract void Run();
}
