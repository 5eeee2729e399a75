using Millrace.Base;

namespace Millrace.Coordination.Runtime;

/// <summary>The timers of one shard. Owned by its partition's loop; dead once the shard is unloaded.</summary>
public sealed class ShardTimers
{
    private readonly CoordinatorLoop loop;
    private readonly Action<ShardTimer> fire;

    internal ShardTimers(CoordinatorLoop loop, Action<ShardTimer> fire)
    {
        this.loop = loop;
        this.fire = fire;
    }

    internal bool IsClosed { get; set; }

    /// <summary>Arms a timer, or moves it.</summary>
    /// <param name="timer">Of this shard.</param>
    /// <param name="delayMs">From now, in ms.</param>
    public void Arm(ShardTimer timer, long delayMs)
    {
        timer.Owner = this;
        loop.Deadlines.Arm(timer, loop.Clock.MonotonicMs + delayMs);
    }

    public void Cancel(ShardTimer timer) => loop.Deadlines.Cancel(timer);

    internal void Fire(ShardTimer timer)
    {
        if (!IsClosed)
        {
            fire(timer);
        }
    }
}

/// <summary>Something that a shard does when its time has come, as a write operation like any other.</summary>
public abstract class ShardTimer : Deadline
{
    internal ShardTimers? Owner { get; set; }

    /// <summary>What is to be done.</summary>
    /// <param name="nowMs">Wall time in ms.</param>
    public abstract Decision Decide(long nowMs);

    protected override void Expire(long nowMs) => Owner?.Fire(this);
}
