using Millrace.Base;

namespace Millrace.Storage;

/// <summary>The thread of a log directory that does what may wait for the disk; see <see cref="ILogWorker"/>.</summary>
public sealed class LogWorker : ILogWorker, IDisposable
{
    private readonly IClock clock;
    private readonly object gate = new();
    private readonly Queue<LogJob> jobs = new();
    private readonly PriorityQueue<LogJob, long> later = new();
    private readonly Thread thread;
    private bool isStopping;
    private bool isBusy;

    /// <param name="clock">For jobs that wait for their time.</param>
    /// <param name="name">Of the thread.</param>
    public LogWorker(IClock clock, string name)
    {
        this.clock = clock;
        thread = new Thread(Loop) { IsBackground = true, Name = name };
        thread.Start();
    }

    public void Post(LogJob job)
    {
        lock (gate)
        {
            jobs.Enqueue(job);
            Monitor.PulseAll(gate);
        }
    }

    public void PostLater(LogJob job, long delayMs)
    {
        lock (gate)
        {
            later.Enqueue(job, clock.MonotonicMs + delayMs);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>
    /// Waits until every job that was posted is done; those whose time has not come are not waited for.
    /// </summary>
    public void Drain()
    {
        lock (gate)
        {
            while (jobs.Count > 0 || isBusy)
            {
                Monitor.Wait(gate);
            }
        }
    }

    private void Loop()
    {
        while (TryTake(out LogJob? job))
        {
            job!.Run();
            lock (gate)
            {
                isBusy = false;
                Monitor.PulseAll(gate);
            }
        }
    }

    private bool TryTake(out LogJob? job)
    {
        lock (gate)
        {
            while (true)
            {
                long nowMs = clock.MonotonicMs;
                if (later.TryPeek(out job, out long dueMs) && dueMs <= nowMs)
                {
                    later.Dequeue();
                    isBusy = true;
                    return true;
                }

                if (jobs.TryDequeue(out job))
                {
                    isBusy = true;
                    return true;
                }

                if (isStopping)
                {
                    return false;
                }

                int waitMs = later.Count == 0 ? Timeout.Infinite : (int)Math.Min(dueMs - nowMs, int.MaxValue);
                Monitor.Wait(gate, waitMs);
            }
        }
    }

    /// <summary>
    /// Does what was posted and ends. What waits for its time stays undone: files that are marked as deleted are
    /// deleted by the next load.
    /// </summary>
    public void Dispose()
    {
        lock (gate)
        {
            isStopping = true;
            Monitor.PulseAll(gate);
        }

        thread.Join();
    }
}
