using System.Collections.Concurrent;
using Millrace.Base;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Runtime;

/// <summary>
/// The event loop of some of a coordinator's partitions: a mailbox that any thread posts to, and turns that one thread
/// runs. A <see cref="CoordinatorThread"/> runs them in a server; a simulation calls <see cref="RunTurn"/> itself, and
/// is then deterministic. Its mailbox is bounded by who posts: a connection has at most one coordinator request open.
/// </summary>
public sealed class CoordinatorLoop(IClock clock) : IDisposable
{
    // So many pieces of work before timers get their turn: about a millisecond of heartbeats.
    private const int WorkPerTurnMax = 1024;

    private readonly ConcurrentQueue<Action> mailbox = new();
    private readonly List<Action> atIdle = [];

    public IClock Clock { get; } = clock;

    /// <summary>Timers of the partitions, on the monotonic clock. The loop's thread only.</summary>
    public DeadlineQueue Deadlines { get; } = new();

    /// <summary>Called by every <see cref="Post"/>: wakes the thread that runs the turns.</summary>
    public Action? Wake { get; set; }

    /// <summary>Whether something is posted that no turn has taken. Any thread.</summary>
    public bool HasWork => !mailbox.IsEmpty;

    /// <summary>One for all partitions of the loop, as batches are built and copied within a turn.</summary>
    internal BatchBuilder Builder { get; } = new();

    /// <summary>Runs a piece of work in a turn soon, in the order of posting. Any thread.</summary>
    public void Post(Action work)
    {
        mailbox.Enqueue(work);
        Wake?.Invoke();
    }

    /// <summary>
    /// Does what was posted, expires what is due, and sends out what was gathered, until there is nothing left or
    /// enough was done.
    /// </summary>
    /// <returns>When the next turn is due on the monotonic clock, in ms: at once where work is left.</returns>
    public long RunTurn()
    {
        int count = 0;
        do
        {
            while (count < WorkPerTurnMax && mailbox.TryDequeue(out Action? work))
            {
                count++;
                work();
            }

            Deadlines.ExpireDue(Clock.MonotonicMs, WorkPerTurnMax);
            RunIdleWork();
        }
        while (count < WorkPerTurnMax && !mailbox.IsEmpty);
        return mailbox.IsEmpty ? Deadlines.NextDueMs : Clock.MonotonicMs;
    }

    /// <summary>
    /// Runs a piece of work once the mailbox is empty or the turn's end has come. The loop's thread only.
    /// </summary>
    internal void PostAtIdle(Action work) => atIdle.Add(work);

    private void RunIdleWork()
    {
        for (int index = 0; index < atIdle.Count; index++)
        {
            atIdle[index]();
        }

        atIdle.Clear();
    }

    public void Dispose() => Builder.Dispose();
}
