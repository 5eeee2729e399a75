using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Report;

/// <summary>Counts of a whole run, after its warm-up.</summary>
internal sealed record RunTotals
{
    public double Seconds { get; init; }

    public long RecordsSent { get; init; }

    public long RecordsAcked { get; init; }

    public long RecordsFailed { get; init; }

    public long RecordsConsumed { get; init; }

    /// <summary>Bytes of keys and values acknowledged.</summary>
    public long BytesAcked { get; init; }

    /// <summary>Bytes of the batches that carried these.</summary>
    public long WireBytesAcked { get; init; }

    public long BytesConsumed { get; init; }

    public long ProduceRequests { get; init; }

    public long Fetches { get; init; }

    public long Operations { get; init; }

    public long Retries { get; init; }

    public static RunTotals Of(RunMeasures measures)
    {
        MeterCounts counts = measures.Whole.Counts;
        return new RunTotals
        {
            Seconds = measures.Seconds,
            RecordsSent = counts.RecordsSent,
            RecordsAcked = counts.RecordsAcked,
            RecordsFailed = counts.RecordsFailed,
            RecordsConsumed = counts.RecordsConsumed,
            BytesAcked = counts.BytesAcked,
            WireBytesAcked = counts.WireBytesAcked,
            BytesConsumed = counts.BytesConsumed,
            ProduceRequests = counts.RequestsAcked,
            Fetches = counts.Fetches,
            Operations = counts.Operations,
            Retries = counts.Retries,
        };
    }
}
