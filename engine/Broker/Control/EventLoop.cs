using Millrace.Base;

namespace Millrace.Broker;

/// <summary>Something for an <see cref="EventLoop"/> to do.</summary>
public abstract class LoopWork
{
    internal LoopWork? Next { get; set; }

    /// <summary>Called once per post, on the loop's thread, in the order of posting.</summary>
    protected internal abstract void Run(EventLoop loop);
}

/// <summary>
/// A thread of the control plane: it does what is posted to it, in order, and keeps timers. What it owns needs no lock.
/// It may allocate; whether it may block is up to what it serves. The requests that wait for it are bounded by what the
/// connections may have in flight.
/// </summary>
public sealed class EventLoop : IDisposable
{
    private readonly IClock clock;
    private readonly object gate = new();
    private readonly Thread thread;
    private LoopWork? first;
    private LoopWork? last;
    private bool isStopping;

    /// <param name="name">Of the thread.</param>
    /// <param name="clock">For the timers.</param>
    public EventLoop(string name, IClock clock)
    {
        this.clock = clock;
        thread = new Thread(Loop) { IsBackground = true, Name = name };
    }

    /// <summary>The loop's timers, for its own thread.</summary>
    public DeadlineQueue Deadlines { get; } = new();

    /// <summary>The monotonic clock, in milliseconds, that <see cref="Deadlines"/> go by.</summary>
    public long NowMs => clock.MonotonicMs;

    /// <summary>Starts the thread.</summary>
    public void Start() => thread.Start();

    /// <summary>Leaves work behind what was posted before. Any thread; never blocks for long.</summary>
    public void Post(LoopWork work)
    {
        lock (gate)
        {
            if (last is null)
            {
                first = work;
            }
            else
            {
                last.Next = work;
            }

            last = work;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Does what was posted and ends the thread; timers that are not due do not come any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isStopping = true;
            Monitor.Pulse(gate);
        }

        if (thread.IsAlive)
        {
            thread.Join();
        }
    }

    private void Loop()
    {
        while (TryTakeAll(out LoopWork? work))
        {
            while (work is not null)
            {
                LoopWork? next = work.Next;
                work.Next = null;
                work.Run(this);
                work = next;
            }

            Deadlines.ExpireDue(clock.MonotonicMs);
        }
    }

    /// <returns>False once the loop is to end and nothing is left.</returns>
    private bool TryTakeAll(out LoopWork? work)
    {
        lock (gate)
        {
            while (first is null && !isStopping)
            {
                long dueMs = Deadlines.NextDueMs;
                long waitMs = dueMs == long.MaxValue ? Timeout.Infinite : dueMs - clock.MonotonicMs;
                if (dueMs != long.MaxValue && waitMs <= 0)
                {
                    break;
                }

                Monitor.Wait(gate, (int)Math.Min(waitMs, int.MaxValue));
            }

            work = first;
            first = null;
            last = null;
            return work is not null || !isStopping;
        }
    }
}
