using Millrace.Base;

namespace Millrace.Coordination.Runtime;

/// <summary>The thread that runs the turns of one <see cref="CoordinatorLoop"/> in a server.</summary>
public sealed class CoordinatorThread : IDisposable
{
    private readonly CoordinatorLoop loop;
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly Thread thread;
    private volatile bool isStopping;
    private int isAsleep;

    /// <param name="loop">Not run by anybody else from here on.</param>
    /// <param name="name">The thread's name.</param>
    public CoordinatorThread(CoordinatorLoop loop, string name)
    {
        this.loop = loop;
        loop.Wake = WakeUp;
        thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    public void Start() => thread.Start();

    /// <summary>Stops after the turn that runs, and waits for it. What is in the mailbox then stays undone.</summary>
    public void Dispose()
    {
        isStopping = true;
        wake.Set();
        if (thread.IsAlive)
        {
            thread.Join();
        }

        loop.Wake = null;
        wake.Dispose();
    }

    private void Run()
    {
        while (!isStopping)
        {
            long dueMs = loop.RunTurn();
            long waitMs = dueMs == long.MaxValue ? int.MaxValue : dueMs - loop.Clock.MonotonicMs;
            if (waitMs > 0)
            {
                Sleep((int)Math.Min(waitMs, int.MaxValue));
            }
        }
    }

    /// <summary>Only a thread that sleeps is to be woken: while it runs, a post costs no system call.</summary>
    private void WakeUp()
    {
        if (Interlocked.Exchange(ref isAsleep, 0) == 1)
        {
            wake.Set();
        }
    }

    private void Sleep(int milliseconds)
    {
        // Work that was posted before this is seen here; whoever posts after it sees that the thread sleeps.
        Interlocked.Exchange(ref isAsleep, 1);
        if (!loop.HasWork && !isStopping)
        {
            wake.WaitOne(milliseconds);
        }

        Volatile.Write(ref isAsleep, 0);
    }
}
