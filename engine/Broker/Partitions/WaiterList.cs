using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// The requests that wait for a partition to get on, linked through their own waiters: no memory, and nothing to poll.
/// Any thread adds, removes and wakes; a wake that finds nobody costs one read.
/// </summary>
internal sealed class WaiterList
{
    private readonly Lock gate = new();
    private PartitionWaiter? first;

    public bool IsEmpty => Volatile.Read(ref first) is null;

    /// <summary>
    /// Adds a waiter. Whoever adds looks at the partition once more afterwards: what moved before is not told.
    /// </summary>
    public void Add(PartitionWaiter waiter)
    {
        lock (gate)
        {
            waiter.List = this;
            waiter.Previous = null;
            waiter.Next = first;
            if (first is not null)
            {
                first.Previous = waiter;
            }

            Volatile.Write(ref first, waiter);
        }

        // The look that follows must not be answered by what was read before the list had the waiter.
        Interlocked.MemoryBarrier();
    }

    /// <summary>Takes a waiter out; once this returns, its request is not told anything any more.</summary>
    public void Remove(PartitionWaiter waiter)
    {
        lock (gate)
        {
            if (waiter.List is null)
            {
                return;
            }

            if (waiter.Previous is null)
            {
                Volatile.Write(ref first, waiter.Next);
            }
            else
            {
                waiter.Previous.Next = waiter.Next;
            }

            if (waiter.Next is not null)
            {
                waiter.Next.Previous = waiter.Previous;
            }

            waiter.Next = null;
            waiter.Previous = null;
            waiter.List = null;
        }
    }

    /// <summary>
    /// Tells those whose bound is above what they wait for. They stay until they take themselves out.
    /// </summary>
    public void Wake(long highWatermark, long lastStableOffset)
    {
        // Pairs with the barrier of Add: either we see the waiter, or it sees the offsets that were moved.
        Interlocked.MemoryBarrier();
        if (IsEmpty)
        {
            return;
        }

        lock (gate)
        {
            for (PartitionWaiter? waiter = first; waiter is not null; waiter = waiter.Next)
            {
                if ((waiter.Bound == ReadBound.LastStable ? lastStableOffset : highWatermark) > waiter.Offset)
                {
                    waiter.Owner.Signal();
                }
            }
        }
    }

    /// <summary>Tells everybody to look again: the leader changed, the partition went, or its disk did.</summary>
    public void WakeAll()
    {
        lock (gate)
        {
            for (PartitionWaiter? waiter = first; waiter is not null; waiter = waiter.Next)
            {
                waiter.Owner.Signal();
            }
        }
    }
}
