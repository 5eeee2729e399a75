namespace Millrace.Loadgen;

/// <summary>Records when and where they once were. Owned by one producer.</summary>
internal sealed class RecordedRecords : RecordSource
{
    private const double NsPerMs = 1e6;

    private readonly RecordedWorkload workload;
    private readonly double speed;
    private readonly long startNs;
    private readonly int valueBytesMin;
    private int next;
    private volatile bool isStopped;

    /// <param name="workload">What was recorded.</param>
    /// <param name="speed">How many times as fast as it was.</param>
    /// <param name="startNs">When the first record is due, by <see cref="RunClock"/>.</param>
    /// <param name="valueBytesMin">Smaller values are made so large: where each has to have room for a stamp.</param>
    public RecordedRecords(RecordedWorkload workload, double speed, long startNs, int valueBytesMin)
    {
        this.valueBytesMin = valueBytesMin;
        this.workload = workload;
        this.speed = speed;
        this.startNs = startNs;
        Take();
    }

    /// <inheritdoc/>
    public override bool IsOver => isStopped || next == workload.Entries.Count;

    /// <inheritdoc/>
    public override long NextNs =>
        IsOver ? long.MaxValue : startNs + (long)(workload.Entries[next].AtMs * NsPerMs / speed);

    /// <inheritdoc/>
    public override void Stop() => isStopped = true;

    /// <inheritdoc/>
    public override void Advance()
    {
        next++;
        Take();
    }

    private void Take()
    {
        if (next < workload.Entries.Count)
        {
            RecordedWorkload.Entry entry = workload.Entries[next];
            (Topic, Partition, ValueBytes) =
                (entry.Topic, entry.Partition, Math.Max(entry.ValueBytes, valueBytesMin));

            // Which key it was is not recorded: another one for each record.
            Key = entry.HasKey ? next : -1;
        }
    }
}
