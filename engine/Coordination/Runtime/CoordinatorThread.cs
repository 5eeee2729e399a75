using Millrace.Base;

namespace Millrace.Coordination.Runtime;

/// <summary>The thread that runs the turns of one <see cref="CoordinatorLoop"/> in a server.</summary>
public sealed class CoordinatorThread : IDisposable
{
    private readonly CoordinatorLoop loop;
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly Thread thread;
    private volatile bool isStopping;

    /// <param name="loop">Not run by anybody else from here on.</param>
    /// <param name="name">The thread's name.</param>
    public CoordinatorThread(CoordinatorLoop loop, string name)
    {
        this.loop = loop;
        loop.Wake = () => wake.Set();
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
            if (dueMs == long.MaxValue)
            {
                wake.WaitOne();
                continue;
            }

            long waitMs = dueMs - loop.Clock.MonotonicMs;
            if (waitMs > 0)
            {
                wake.WaitOne((int)Math.Min(waitMs, int.MaxValue));
            }
        }
    }
}
