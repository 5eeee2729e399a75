namespace Millrace.Network;

/// <summary>
/// Where other threads leave work for a reactor: many producers, one consumer, no lock and no allocation. Producers
/// push onto a stack by compare-and-swap; the reactor takes the whole stack at once and turns it round, which also
/// keeps it free of the ABA problem.
/// </summary>
internal sealed class Mailbox
{
    private WorkItem? top;

    public bool IsEmpty => Volatile.Read(ref top) is null;

    /// <summary>Leaves an item. Any thread.</summary>
    /// <returns>True where the box was empty: the reactor has to be woken.</returns>
    public bool Push(WorkItem item)
    {
        item.MarkPosted();
        WorkItem? seen = Volatile.Read(ref top);
        while (true)
        {
            item.Next = seen;
            WorkItem? current = Interlocked.CompareExchange(ref top, item, seen);
            if (ReferenceEquals(current, seen))
            {
                return seen is null;
            }

            seen = current;
        }
    }

    /// <summary>Takes everything, oldest first, linked by <see cref="WorkItem.Next"/>. Reactor thread.</summary>
    public WorkItem? TakeAll()
    {
        WorkItem? taken = Interlocked.Exchange(ref top, null);
        WorkItem? oldestFirst = null;
        while (taken is not null)
        {
            WorkItem? next = taken.Next;
            taken.Next = oldestFirst;
            oldestFirst = taken;
            taken = next;
        }

        return oldestFirst;
    }
}
