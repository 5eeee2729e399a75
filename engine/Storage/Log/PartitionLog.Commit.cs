namespace Millrace.Storage;

/// <content>Syncs before acknowledgement: the log waits in a group commit of its directory, once for all its
/// appends.</content>
public sealed partial class PartitionLog
{
    private readonly GroupCommit groupCommit;
    private readonly CommitWaiter commitWaiter;

    // What the log is queued with. Under the gate; valid while it is queued.
    private bool isCommitQueued;
    private long commitTarget;
    private LogSegment? commitSegment;

    /// <summary>
    /// Under the gate, behind a write: asks for a sync unless one is asked for, which then is followed by another.
    /// </summary>
    private void QueueCommit()
    {
        if (isCommitQueued)
        {
            return;
        }

        LogSegment segment = Active;
        if (segment.File.Pin(out IFile? file) != IoError.None)
        {
            // No descriptor to be had, for a file that was open a moment ago: the worker tries until there is one.
            context.Worker.Post(new SyncJob(this));
            return;
        }

        isCommitQueued = true;
        commitTarget = end.Offset;
        commitSegment = segment;
        commitWaiter.File = file;
        groupCommit.Enqueue(commitWaiter);
    }

    /// <summary>On the commit thread: the active segment, as it was when it was queued, is on the device.</summary>
    private void OnCommitSynced(IoError error)
    {
        LogSegment segment = commitSegment!;
        segment.File.Unpin();
        if (error != IoError.None)
        {
            context.FailForGood("sync", segment.File.Path, error);
            return;
        }

        lock (maintenance)
        {
            bool isAllElseSynced = segment.NamesAreSynced && flushedOffset >= segment.BaseOffset && !epochs.IsDirty;
            long target = Math.Min(commitTarget, end.Offset);
            if (!IsOffline && (isAllElseSynced || SyncUpTo(target)))
            {
                lock (gate)
                {
                    Volatile.Write(ref flushedOffset, Math.Max(flushedOffset, target));
                }
            }
        }

        lock (gate)
        {
            isCommitQueued = false;
            if (!IsOffline && end.Offset > flushedOffset)
            {
                QueueCommit();
            }
        }

        context.Listener.FlushedOffsetMoved(this);
    }

    private sealed class CommitWaiter(PartitionLog log) : SyncWaiter
    {
        public override void OnSynced(IoError error) => log.OnCommitSynced(error);
    }
}
