namespace Millrace.Network;

/// <summary>
/// Work for a reactor's thread, posted from any thread by <see cref="Reactor.Post"/> without an allocation: the item is
/// its own list node. It may be posted again once it has begun to run, not before.
/// </summary>
public abstract class WorkItem
{
    internal WorkItem? Next { get; set; }

    private int posted;

    internal void MarkPosted()
    {
        if (Interlocked.Exchange(ref posted, 1) != 0)
        {
            throw new InvalidOperationException("A work item was posted twice.");
        }
    }

    internal void MarkTaken() => Volatile.Write(ref posted, 0);

    /// <summary>Called once per post, on the reactor's thread, in the order of posting.</summary>
    protected internal abstract void Run(Reactor reactor);
}
