using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Coordination.Runtime;

/// <summary>An operation whose answer waits for its records to be committed. Owned by its partition's loop.</summary>
internal sealed class PendingOperation(DeadlineQueue deadlines, Action<ErrorCode> finish) : Deadline
{
    private bool isFinished;

    /// <summary>Answers, the first time that it is called.</summary>
    public void Finish(ErrorCode error)
    {
        if (isFinished)
        {
            return;
        }

        isFinished = true;
        deadlines.Cancel(this);
        finish(error);
    }

    /// <summary>The records stay where they are: they may yet be committed, the client just is not told.</summary>
    protected override void Expire(long nowMs) => Finish(ErrorCode.RequestTimedOut);
}
