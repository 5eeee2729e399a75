namespace Millrace.Base;

/// <summary>
/// Something that is to happen at a time unless it is put off or called off before. Its owner makes it once and arms it
/// as often as it likes in the <see cref="DeadlineQueue"/> of its event loop; that takes no memory. Owned by that
/// loop's thread.
/// </summary>
public abstract class Deadline
{
    /// <summary>Where it stands in its queue's heap; -1 while it is not armed.</summary>
    internal int HeapIndex { get; set; } = -1;

    /// <summary>Orders deadlines of the same millisecond by the moment that they were armed.</summary>
    internal long ArmedSequence { get; set; }

    /// <summary>
    /// When it expires, on the monotonic clock, in milliseconds. Means something only while it is armed.
    /// </summary>
    public long DueMs { get; internal set; }

    /// <summary>True from arming until it expires or is cancelled.</summary>
    public bool IsArmed => HeapIndex >= 0;

    /// <summary>
    /// Called once on the loop's thread after the time has come. It may arm any deadline again, this one too.
    /// </summary>
    /// <param name="nowMs">The time of the turn, on the monotonic clock, in milliseconds.</param>
    protected internal abstract void Expire(long nowMs);
}
