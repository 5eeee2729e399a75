using Millrace.Base;
using Millrace.Network;

namespace Millrace.Broker;

/// <summary>
/// A request that may have to wait for partitions, with its time limit. It belongs to one reactor and runs on its
/// thread alone; any thread may signal it. Pooled: it is used again only once no signal is on its way.
/// </summary>
internal abstract class WaitingRequest : IAbandonedRequest, ISignalled
{
    private readonly Delivery delivery;
    private readonly TimeLimit timeLimit;
    private int signalled;
    private bool isWaiting;

    protected WaitingRequest(BrokerReactor reactor)
    {
        Reactor = reactor;
        delivery = new Delivery(this);
        timeLimit = new TimeLimit(this);
    }

    public BrokerReactor Reactor { get; }

    /// <summary>Next one of the reactor's list of those that were signalled.</summary>
    public WaitingRequest? NextSignalled { get; set; }

    /// <summary>Links of the reactor's <see cref="WaitingList"/>.</summary>
    public WaitingRequest? NextWaiting { get; set; }

    public WaitingRequest? PreviousWaiting { get; set; }

    /// <summary>Whether the request is answered: a signal that arrives now only frees it.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Asks the request to look whether it can be answered. Any thread; many signals count as one.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref signalled, 1) == 0)
        {
            if (Reactor.IsOwnThread)
            {
                Reactor.AddSignalled(this);
            }
            else
            {
                Reactor.Post(delivery);
            }
        }
    }

    /// <summary>The signal has arrived. Reactor thread.</summary>
    public void TakeSignal()
    {
        Interlocked.Exchange(ref signalled, 0);
        if (IsEnded)
        {
            Recycle();
        }
        else
        {
            OnSignal();
        }
    }

    /// <summary>The connection is gone: nobody waits any more.</summary>
    public abstract void OnAbandoned(ResponseSlot slot);

    /// <summary>The client is gone, most likely: what it polls for is not waited for any more.</summary>
    public void OnEndOfStream(ResponseSlot slot) => OnStopping();

    /// <summary>The time is up: answers with what there is.</summary>
    public abstract void OnTimeUp();

    /// <summary>
    /// The server stops, or the client has sent its last: what does not wait for the disk answers with what there is.
    /// </summary>
    public abstract void OnStopping();

    protected abstract void OnSignal();

    /// <summary>Puts the request back for the next one.</summary>
    protected abstract void Recycle();

    protected void Restart() => IsEnded = false;

    /// <summary>Begins to wait, for so long at most.</summary>
    protected void WaitFor(long milliseconds)
    {
        isWaiting = true;
        Reactor.Waiting.Add(this);
        Reactor.Deadlines.Arm(timeLimit, Reactor.NowMs + milliseconds);
    }

    /// <summary>Goes on: what it waited for is there, or will not come.</summary>
    protected void StopWaiting()
    {
        if (isWaiting)
        {
            isWaiting = false;
            Reactor.Waiting.Remove(this);
            Reactor.Deadlines.Cancel(timeLimit);
        }
    }

    /// <summary>The request is answered, its waiters are out of their lists.</summary>
    protected void End()
    {
        StopWaiting();
        IsEnded = true;
        if (Volatile.Read(ref signalled) == 0)
        {
            Recycle();
        }
    }

    /// <summary>Carries a signal of another thread.</summary>
    private sealed class Delivery(WaitingRequest request) : WorkItem
    {
        protected override void Run(Reactor reactor) => request.TakeSignal();
    }

    private sealed class TimeLimit(WaitingRequest request) : Deadline
    {
        protected override void Expire(long nowMs) => request.OnTimeUp();
    }
}
