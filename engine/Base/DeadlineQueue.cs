namespace Millrace.Base;

/// <summary>
/// The timers of one event loop: a heap of four children a node, in which every deadline knows its place, so that
/// arming, putting off and cancelling are a few moves and take no memory but the heap's own growth. Expiry is in order
/// of time, and of arming within a millisecond, so that a simulation replays. Not thread-safe: it belongs to its loop's
/// thread.
/// </summary>
public sealed class DeadlineQueue
{
    // Four children sit in one or two cache lines, and the tree is half as deep as with two.
    private const int Fanout = 4;

    private Deadline[] heap = new Deadline[Limits.DeadlineQueueCapacityMin];
    private long armedSequence;

    // The time of the turn while it runs. What is armed then counts as due no earlier, and so stands behind all that
    // was due.
    private long turnMs = long.MinValue;

    /// <summary>How many deadlines are armed.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// When the next one is due, on the monotonic clock, in milliseconds; <see cref="long.MaxValue"/> without any.
    /// </summary>
    public long NextDueMs => Count == 0 ? long.MaxValue : heap[0].DueMs;

    /// <summary>Arms a deadline, or moves one of this queue that is armed already.</summary>
    /// <param name="deadline">Not armed in another queue.</param>
    /// <param name="dueMs">When it expires, on the monotonic clock, in milliseconds.</param>
    public void Arm(Deadline deadline, long dueMs)
    {
        deadline.ArmedSequence = armedSequence++;
        if (deadline.IsArmed)
        {
            AssertMine(deadline);
            deadline.DueMs = Math.Max(dueMs, turnMs);
            SiftDown(SiftUp(deadline.HeapIndex));
            return;
        }

        deadline.DueMs = Math.Max(dueMs, turnMs);
        if (Count == heap.Length)
        {
            Array.Resize(ref heap, heap.Length * 2);
        }

        Place(deadline, Count++);
        SiftUp(deadline.HeapIndex);
    }

    /// <summary>Calls a deadline off.</summary>
    /// <returns>False where it was not armed: it expired before, or was never armed.</returns>
    public bool Cancel(Deadline deadline)
    {
        if (!deadline.IsArmed)
        {
            return false;
        }

        AssertMine(deadline);
        RemoveAt(deadline.HeapIndex);
        return true;
    }

    /// <summary>
    /// Expires what is due. A deadline that is armed while this runs waits for the next call, even one that is due at
    /// once: a deadline that arms itself anew can not keep the loop.
    /// </summary>
    /// <param name="nowMs">The time of the turn, on the monotonic clock, in milliseconds.</param>
    /// <param name="countMax">At most so many in this turn, so that a storm of timeouts leaves time for
    /// sockets.</param>
    /// <returns>How many expired.</returns>
    public int ExpireDue(long nowMs, int countMax = int.MaxValue)
    {
        long firstOfNextTurn = armedSequence;
        int count = 0;
        turnMs = nowMs;
        while (count < countMax && Count > 0 && heap[0].DueMs <= nowMs && heap[0].ArmedSequence < firstOfNextTurn)
        {
            Deadline due = heap[0];
            RemoveAt(0);
            count++;
            due.Expire(nowMs);
        }

        turnMs = long.MinValue;
        return count;
    }

    private void AssertMine(Deadline deadline) => Invariant.That(
        deadline.HeapIndex < Count && ReferenceEquals(heap[deadline.HeapIndex], deadline),
        "A deadline is armed in the queue of another loop.");

    private void RemoveAt(int index)
    {
        heap[index].HeapIndex = -1;
        Deadline last = heap[--Count];
        heap[Count] = null!;
        if (index < Count)
        {
            Place(last, index);
            SiftDown(SiftUp(index));
        }
    }

    private int SiftUp(int index)
    {
        Deadline moving = heap[index];
        while (index > 0)
        {
            int parent = (index - 1) / Fanout;
            if (!IsBefore(moving, heap[parent]))
            {
                break;
            }

            Place(heap[parent], index);
            index = parent;
        }

        Place(moving, index);
        return index;
    }

    private void SiftDown(int index)
    {
        Deadline moving = heap[index];
        while (true)
        {
            int first = (index * Fanout) + 1;
            if (first >= Count)
            {
                break;
            }

            int earliest = first;
            int end = Math.Min(first + Fanout, Count);
            for (int child = first + 1; child < end; child++)
            {
                earliest = IsBefore(heap[child], heap[earliest]) ? child : earliest;
            }

            if (!IsBefore(heap[earliest], moving))
            {
                break;
            }

            Place(heap[earliest], index);
            index = earliest;
        }

        Place(moving, index);
    }

    private void Place(Deadline deadline, int index)
    {
        heap[index] = deadline;
        deadline.HeapIndex = index;
    }

    private static bool IsBefore(Deadline left, Deadline right) =>
        left.DueMs < right.DueMs || (left.DueMs == right.DueMs && left.ArmedSequence < right.ArmedSequence);
}
