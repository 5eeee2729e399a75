namespace Millrace.Loadgen.Measurement;

/// <summary>
/// What happened in one interval of a run: a point of every line in the report, and a line of live progress.
/// </summary>
/// <param name="StartSeconds">Its begin, after the begin of measuring (of the run, while it warms up).</param>
/// <param name="Seconds">How long it was.</param>
/// <param name="Counts">Growth of the counters.</param>
/// <param name="Publish">From intended send to answer, milliseconds.</param>
/// <param name="Service">From actual send to answer, milliseconds.</param>
/// <param name="EndToEnd">From intended send to the consumer, milliseconds.</param>
/// <param name="Lateness">From intended to actual send, microseconds.</param>
/// <param name="Backlog">Records acknowledged and not yet consumed by every group; 0 without consumers.</param>
/// <param name="ServerCores">Processors that the broker kept busy; -1 where it is not watched.</param>
/// <param name="ServerResidentBytes">Its resident memory; -1 where it is not watched.</param>
internal sealed record IntervalSample(
    double StartSeconds,
    double Seconds,
    MeterCounts Counts,
    LatencySummary Publish,
    LatencySummary Service,
    LatencySummary EndToEnd,
    LatencySummary Lateness,
    long Backlog,
    double ServerCores,
    long ServerResidentBytes)
{
    public double PublishRate => Counts.RecordsAcked / Seconds;

    public double PublishBytesRate => Counts.BytesAcked / Seconds;

    public double ErrorRate => Counts.RecordsFailed / Seconds;

    public double ConsumeRate => Counts.RecordsConsumed / Seconds;

    public double ConsumeBytesRate => Counts.BytesConsumed / Seconds;

    public double RequestRate => Counts.Requests / Seconds;
}
