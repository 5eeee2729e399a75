namespace Millrace.Loadgen.Measurement;

/// <summary>
/// All that one thread of the load generator counts. That thread alone writes, without lock or allocation; the
/// <see cref="RunMeter"/> reads while it does, and takes differences. Counts only grow.
/// </summary>
internal sealed class WorkerMeter
{
    /// <summary>Of produce requests, or of transactions or commits where a run is about them.</summary>
    public LatencyRecorder Publish { get; } = new();

    /// <summary>From the intended send time of a record to its arrival at a consumer, nanoseconds.</summary>
    public Histogram EndToEnd { get; } = new();

    /// <summary>
    /// How late requests left after their intended time, or after there was room for them, nanoseconds.
    /// </summary>
    public Histogram Lateness { get; } = new();

    /// <summary>Records handed to a socket.</summary>
    public long RecordsSent;

    /// <summary>Records that the broker has acknowledged.</summary>
    public long RecordsAcked;

    /// <summary>Bytes of keys and values of these, before compression.</summary>
    public long BytesAcked;

    /// <summary>Bytes of the batches of these as they were sent.</summary>
    public long WireBytesAcked;

    /// <summary>Produce requests answered.</summary>
    public long RequestsAcked;

    /// <summary>Records given up: refused for good, or out of retries.</summary>
    public long RecordsFailed;

    /// <summary>Requests sent again, after a lost connection or an error that passes.</summary>
    public long Retries;

    /// <summary>Records that consumers read.</summary>
    public long RecordsConsumed;

    /// <summary>Bytes of batches that consumers read, as the broker sent them.</summary>
    public long BytesConsumed;

    /// <summary>Fetches answered.</summary>
    public long Fetches;

    /// <summary>Operations that are none of the above: commits, rebalances, transactions, connections.</summary>
    public long Operations;

    /// <summary>
    /// Nanoseconds for which a due request waited because as many as allowed were unanswered: the broker's doing, which
    /// <see cref="LoadgenHealth"/> does not hold against the load generator.
    /// </summary>
    public long BlockedNs;

    /// <summary>The kernel's id of the thread, so that its processor time can be read; 0 until it runs.</summary>
    public int ThreadId;
}
