namespace Millrace.Loadgen.Measurement;

/// <summary>
/// The counters of one or several <see cref="WorkerMeter"/>s at one moment, or their growth over a while.
/// </summary>
internal readonly record struct MeterCounts
{
    public long RecordsSent { get; init; }

    public long RecordsAcked { get; init; }

    public long BytesAcked { get; init; }

    public long WireBytesAcked { get; init; }

    public long RequestsAcked { get; init; }

    public long RecordsFailed { get; init; }

    public long Retries { get; init; }

    public long RecordsConsumed { get; init; }

    public long BytesConsumed { get; init; }

    public long Fetches { get; init; }

    public long Operations { get; init; }

    public long BlockedNs { get; init; }

    /// <summary>All that the broker has answered.</summary>
    public long Requests => RequestsAcked + Fetches + Operations;

    /// <summary>Bytes that went through the broker for clients: what was acknowledged and what was consumed.</summary>
    public long Bytes => BytesAcked + BytesConsumed;

    public static MeterCounts Of(WorkerMeter worker) => new()
    {
        RecordsSent = Volatile.Read(ref worker.RecordsSent),
        RecordsAcked = Volatile.Read(ref worker.RecordsAcked),
        BytesAcked = Volatile.Read(ref worker.BytesAcked),
        WireBytesAcked = Volatile.Read(ref worker.WireBytesAcked),
        RequestsAcked = Volatile.Read(ref worker.RequestsAcked),
        RecordsFailed = Volatile.Read(ref worker.RecordsFailed),
        Retries = Volatile.Read(ref worker.Retries),
        RecordsConsumed = Volatile.Read(ref worker.RecordsConsumed),
        BytesConsumed = Volatile.Read(ref worker.BytesConsumed),
        Fetches = Volatile.Read(ref worker.Fetches),
        Operations = Volatile.Read(ref worker.Operations),
        BlockedNs = Volatile.Read(ref worker.BlockedNs),
    };

    public static MeterCounts operator +(MeterCounts one, MeterCounts other) => Combine(one, other, 1);

    public static MeterCounts operator -(MeterCounts now, MeterCounts before) => Combine(now, before, -1);

    private static MeterCounts Combine(MeterCounts one, MeterCounts other, long sign) => new()
    {
        RecordsSent = one.RecordsSent + (sign * other.RecordsSent),
        RecordsAcked = one.RecordsAcked + (sign * other.RecordsAcked),
        BytesAcked = one.BytesAcked + (sign * other.BytesAcked),
        WireBytesAcked = one.WireBytesAcked + (sign * other.WireBytesAcked),
        RequestsAcked = one.RequestsAcked + (sign * other.RequestsAcked),
        RecordsFailed = one.RecordsFailed + (sign * other.RecordsFailed),
        Retries = one.Retries + (sign * other.Retries),
        RecordsConsumed = one.RecordsConsumed + (sign * other.RecordsConsumed),
        BytesConsumed = one.BytesConsumed + (sign * other.BytesConsumed),
        Fetches = one.Fetches + (sign * other.Fetches),
        Operations = one.Operations + (sign * other.Operations),
        BlockedNs = one.BlockedNs + (sign * other.BlockedNs),
    };
}
