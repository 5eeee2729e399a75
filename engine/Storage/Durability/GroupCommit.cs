using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// Brings appends to the device for <c>millrace.flush.before.ack</c>: waiting appends are records in a queue, and one
/// <c>fdatasync</c> of a file serves all that were queued before it began. Some for each log directory, each with a
/// thread of its own; a log stays with one of them.
/// </summary>
/// <remarks>
/// The first sync that fails is the last that is tried: the kernel has dropped the pages, so that a second call would
/// answer success for data that is gone. Every append that waits, and every later one, is answered with the failure.
/// </remarks>
public sealed class GroupCommit : IDisposable
{
    private readonly Action<IoError> onFailure;
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly Dictionary<IFile, IoError> syncedThisTurn = new(ReferenceEqualityComparer.Instance);
    private Thread? thread;
    private SyncWaiter? newest;
    private volatile bool isStopping;
    private volatile IoError failure;

    /// <param name="onFailure">Takes the directory offline: called once, on the commit thread, before any waiter is
    /// told.</param>
    public GroupCommit(Action<IoError> onFailure) => this.onFailure = onFailure;

    /// <summary>Why the directory was taken offline from here; none where it was not.</summary>
    public IoError Failure => failure;

    /// <summary>Syncs so far.</summary>
    public long Syncs { get; private set; }

    /// <summary>Appends answered so far.</summary>
    public long Answered { get; private set; }

    /// <summary>Starts the thread. Without it, as in a simulation, somebody calls <see cref="Turn"/>.</summary>
    public void Start(string name)
    {
        Invariant.That(thread is null, "A commit thread is started once.");
        thread = new Thread(Run) { Name = name, IsBackground = true };
        thread.Start();
    }

    /// <summary>Queues a waiter whose data is written. Any thread; allocates nothing and does not wait.</summary>
    public void Enqueue(SyncWaiter waiter)
    {
        Invariant.That(waiter.File is not null, "A waiter names the file it has written to.");
        SyncWaiter? seen = Volatile.Read(ref newest);
        while (true)
        {
            waiter.Next = seen;
            SyncWaiter? found = Interlocked.CompareExchange(ref newest, waiter, seen);
            if (ReferenceEquals(found, seen))
            {
                break;
            }

            seen = found;
        }

        // Whoever finds the queue empty wakes the thread; the others are taken along.
        if (seen is null)
        {
            wake.Set();
        }
    }

    private void Run()
    {
        while (!isStopping)
        {
            wake.WaitOne();
            Turn();
        }

        Turn();
    }

    /// <summary>
    /// Syncs each file that is waited for once, and answers all who were queued before. Commit thread only.
    /// </summary>
    /// <returns>Appends answered.</returns>
    public int Turn()
    {
        SyncWaiter? waiter = Reverse(Interlocked.Exchange(ref newest, null));
        int answered = 0;
        syncedThisTurn.Clear();
        while (waiter is not null)
        {
            // The record may be queued again by its owner as soon as it is told.
            SyncWaiter? next = waiter.Next;
            waiter.Next = null;
            IoError error = SyncOnce(waiter.File!);
            waiter.OnSynced(error);
            answered++;
            waiter = next;
        }

        Answered += answered;
        return answered;
    }

    private IoError SyncOnce(IFile file)
    {
        if (failure != IoError.None)
        {
            return failure;
        }

        if (syncedThisTurn.TryGetValue(file, out IoError error))
        {
            return error;
        }

        error = file.SyncData();
        Syncs++;
        syncedThisTurn.Add(file, error);
        if (error != IoError.None)
        {
            failure = error;
            onFailure(error);
        }

        return error;
    }

    /// <summary>The queue is linked from the newest on; appends are answered in the order in which they came.</summary>
    private static SyncWaiter? Reverse(SyncWaiter? newest)
    {
        SyncWaiter? oldest = null;
        while (newest is not null)
        {
            SyncWaiter? before = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = before;
        }

        return oldest;
    }

    /// <summary>Answers what is queued and ends the thread.</summary>
    public void Dispose()
    {
        isStopping = true;
        wake.Set();
        thread?.Join();
        wake.Dispose();
    }
}
