using Millrace.Protocol;

namespace Millrace.Coordination.Runtime;

/// <summary>
/// The state machine of one partition of a coordinator's topic. Operations of a derived type take a request and the
/// time, look, and return a <see cref="Decision"/>; <see cref="Apply"/> and <see cref="ApplyMarker"/> are what changes
/// the durable state, for live writes, loading, and tests alike. Owned by its partition's loop; made anew by each load.
/// </summary>
public abstract class CoordinatorShard
{
    /// <summary>Whose record types these are.</summary>
    public abstract RecordLog Log { get; }

    /// <summary>Changes the state by a record. It never fails: a record that makes no sense is our own fault.</summary>
    /// <param name="offset">The record's offset in the log.</param>
    /// <param name="producerId">The producer of its transaction, or -1.</param>
    /// <param name="record">The record.</param>
    public abstract void Apply(long offset, long producerId, CoordinatorRecord record);

    /// <summary>Ends a producer's transaction.</summary>
    public virtual void ApplyMarker(long producerId, short producerEpoch, bool isCommit)
    {
    }

    /// <summary>
    /// The epoch that this broker leads the partition in: before loading, and when it rises while it stays the leader.
    /// </summary>
    public virtual void OnLeaderEpoch(int leaderEpoch)
    {
    }

    /// <summary>Everything was loaded: timers may start.</summary>
    public virtual void OnLoaded(long nowMs)
    {
    }

    /// <summary>The partition is gone: whoever waits is told NOT_COORDINATOR.</summary>
    public virtual void OnUnloaded()
    {
    }
}
