using Millrace.Base;

namespace Millrace.Broker;

/// <summary>
/// What the controller has to do without being asked: snapshots when their interval is over, and logs that could not be
/// made when their topics were. On the controller's loop; nothing is armed while there is nothing to do.
/// </summary>
internal sealed class ControllerUpkeep
{
    // Space on a full disk comes back when somebody makes some: soon enough for a client that tries again.
    private const long RetryMs = 1000;

    private readonly Controller controller;
    private readonly MetadataFollower follower;
    private readonly Snapshot snapshot;
    private readonly Retry retry;

    /// <param name="controller">Whose upkeep it is.</param>
    /// <param name="follower">Knows of logs that are missing.</param>
    public ControllerUpkeep(Controller controller, MetadataFollower follower)
    {
        this.controller = controller;
        this.follower = follower;
        snapshot = new Snapshot(this);
        retry = new Retry(this);
    }

    /// <summary>Arms what has become necessary: after the start, and after each change of the metadata.</summary>
    public void Arrange()
    {
        DeadlineQueue deadlines = controller.Loop.Deadlines;
        if (follower.IsMissingLogs && !retry.IsArmed)
        {
            deadlines.Arm(retry, controller.Loop.NowMs + RetryMs);
        }

        if (!snapshot.IsArmed && controller.Quorum.SnapshotDueInMs is { } dueMs)
        {
            deadlines.Arm(snapshot, controller.Loop.NowMs + dueMs);
        }
    }

    /// <summary>Armed by a change, so that a log to which nothing is added gets no snapshot either.</summary>
    private sealed class Snapshot(ControllerUpkeep upkeep) : Deadline
    {
        protected override void Expire(long nowMs)
        {
            upkeep.controller.WriteSnapshotIfDue();
            if (upkeep.controller.Quorum is { HasNews: true, SnapshotDueInMs: { } dueMs and > 0 })
            {
                // Written in between for its size: the interval has begun anew.
                upkeep.controller.Loop.Deadlines.Arm(this, nowMs + dueMs);
            }
        }
    }

    private sealed class Retry(ControllerUpkeep upkeep) : Deadline
    {
        protected override void Expire(long nowMs)
        {
            upkeep.follower.OpenMissing(upkeep.controller.Image);
            upkeep.controller.AssignDirectories();
            upkeep.Arrange();
        }
    }
}
