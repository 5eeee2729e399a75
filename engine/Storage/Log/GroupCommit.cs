namespace Millrace.Storage;

/// <summary>
/// Syncs the logs whose appends wait to be on the device before they are answered: one sync of a log serves all appends that
/// were written before it. One for each log directory, run by one thread of its own.
/// </summary>
public sealed class GroupCommit : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0);
    private HashSet<PartitionLog> waiting = [];
    private HashSet<PartitionLog> syncing = [];
    private Thread? thread;
    private volatile bool isStopping;

    /// <summary>Syncs done so far.</summary>
    public long Rounds { get; private set; }

    /// <summary>Asks that what is written to a log by now is synced. Any thread; never blocks.</summary>
    public void Add(PartitionLog log)
    {
        bool isFirst;
        lock (gate)
        {
            isFirst = waiting.Count == 0;
            waiting.Add(log);
        }

        if (isFirst)
        {
            wake.Release();
        }
    }

    /// <summary>Syncs what is asked for now. For the thread, and for simulations instead of one.</summary>
    /// <returns>Logs that were synced.</returns>
    public int RunOnce()
    {
        lock (gate)
        {
            (waiting, syncing) = (syncing, waiting);
        }

        int count = syncing.Count;
        foreach (PartitionLog log in syncing)
        {
            log.Sync();
            Rounds++;
        }

        syncing.Clear();
        return count;
    }

    /// <summary>Starts the thread.</summary>
    public void Start(string name)
    {
        thread = new Thread(Loop) { IsBackground = true, Name = name };
        thread.Start();
    }

    private void Loop()
    {
        while (!isStopping)
        {
            wake.Wait();
            RunOnce();
        }
    }

    /// <summary>Syncs what is asked for and ends the thread.</summary>
    public void Dispose()
    {
        isStopping = true;
        wake.Release();
        thread?.Join();
        RunOnce();
        wake.Dispose();
    }
}
