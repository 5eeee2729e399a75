namespace Millrace.Coordination.Runtime;

/// <summary>
/// Remembers how to take back what was applied but is not yet in the log. State is changed as soon as a record is
/// decided, so that the next decision sees it; where the append then fails, the changes since the batch's mark are
/// taken back in reverse. What is in the log is forgotten here: it can only go by a loss of leadership, after which
/// the state is thrown away whole. Owned by its partition's loop.
/// </summary>
public sealed class UndoLog
{
    private readonly List<UndoStep> steps = [];
    private long firstSequence;

    /// <summary>False while a log is being loaded: nothing of that is ever taken back.</summary>
    public bool IsRecording { get; set; }

    /// <summary>Where the next change will stand.</summary>
    public long Mark => firstSequence + steps.Count;

    public int Count => steps.Count;

    public void Add(UndoStep step)
    {
        if (IsRecording)
        {
            steps.Add(step);
        }
    }

    /// <summary>Takes back everything from a mark on.</summary>
    public void RevertTo(long mark)
    {
        for (int index = steps.Count - 1; index >= 0 && firstSequence + index >= mark; index--)
        {
            steps[index].Undo();
            steps.RemoveAt(index);
        }
    }

    /// <summary>What is before a mark will never be taken back.</summary>
    public void ForgetBefore(long mark)
    {
        int count = (int)Math.Clamp(mark - firstSequence, 0, steps.Count);
        steps.RemoveRange(0, count);
        firstSequence += count;
    }
}

/// <summary>How to take back one change.</summary>
public abstract class UndoStep
{
    public abstract void Undo();
}
