namespace Millrace.Loadgen.Measurement;

/// <summary>
/// All workers' counters and histograms, added up, at one moment or over a while. Owned by a run's meter.
/// </summary>
internal sealed class MeterReading
{
    public MeterCounts Counts { get; private set; }

    /// <summary>From intended send to answer, nanoseconds.</summary>
    public Histogram Intended { get; } = new();

    /// <summary>From actual send to answer, nanoseconds.</summary>
    public Histogram Service { get; } = new();

    /// <summary>From intended send to the consumer, nanoseconds.</summary>
    public Histogram EndToEnd { get; } = new();

    /// <summary>From intended to actual send, nanoseconds.</summary>
    public Histogram Lateness { get; } = new();

    /// <summary>Becomes what the workers have counted by now.</summary>
    public void Read(IReadOnlyList<WorkerMeter> workers)
    {
        Clear();
        foreach (WorkerMeter worker in workers)
        {
            Counts += MeterCounts.Of(worker);
            Intended.Add(worker.Publish.Intended);
            Service.Add(worker.Publish.Service);
            EndToEnd.Add(worker.EndToEnd);
            Lateness.Add(worker.Lateness);
        }
    }

    /// <summary>Becomes what was counted between two readings.</summary>
    public void SetToDifference(MeterReading now, MeterReading before)
    {
        Counts = now.Counts - before.Counts;
        Intended.SetToDifference(now.Intended, before.Intended);
        Service.SetToDifference(now.Service, before.Service);
        EndToEnd.SetToDifference(now.EndToEnd, before.EndToEnd);
        Lateness.SetToDifference(now.Lateness, before.Lateness);
    }

    public void CopyFrom(MeterReading other)
    {
        Counts = other.Counts;
        Intended.CopyFrom(other.Intended);
        Service.CopyFrom(other.Service);
        EndToEnd.CopyFrom(other.EndToEnd);
        Lateness.CopyFrom(other.Lateness);
    }

    private void Clear()
    {
        Counts = default;
        Intended.Clear();
        Service.Clear();
        EndToEnd.Clear();
        Lateness.Clear();
    }
}
