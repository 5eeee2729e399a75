namespace Millrace.Protocol.Records;

/// <summary>What a check of an append came to.</summary>
public record struct AppendCheck
{
    /// <summary>None where the append is good as far as it goes.</summary>
    public RecordFault Fault { get; internal set; }

    /// <summary>The error for whoever appends.</summary>
    public readonly ErrorCode ErrorCode => Fault.ToErrorCode();

    /// <summary>Start of the batch that has the fault, in bytes.</summary>
    public int FaultPosition { get; internal set; }

    /// <summary>
    /// Bytes of the whole batches: what is appended. Less than was given where the last batch is cut short, which Kafka
    /// drops without an error; 0 where there is nothing to append.
    /// </summary>
    public int ValidBytes { get; internal set; }

    public int BatchCount { get; internal set; }

    /// <summary>Offsets that the append takes: the records, as a leader counts them.</summary>
    public long OffsetCount { get; internal set; }

    /// <summary>First offset as the bytes say it: 0 from a client; the log's own from a leader.</summary>
    public long FirstOffset { get; internal set; }

    /// <summary>Last offset as the bytes say it.</summary>
    public long LastOffset { get; internal set; }

    /// <summary>
    /// Largest timestamp in ms: of the records where they were walked, of the headers otherwise; -1 for none.
    /// </summary>
    public long MaxTimestamp { get; internal set; }

    /// <summary>Leader epoch of the last batch.</summary>
    public int LastLeaderEpoch { get; internal set; }

    /// <summary>
    /// The bytes cannot stay as they are: another codec is configured, or they are of magic 0 or 1. Go on with
    /// <see cref="BatchRewriter"/> rather than <see cref="BatchValidator.Assign"/>.
    /// </summary>
    public bool NeedsRewrite { get; internal set; }

    internal static AppendCheck NothingYet => new()
    {
        FirstOffset = -1,
        LastOffset = -1,
        MaxTimestamp = BatchLayout.NoTimestamp,
        LastLeaderEpoch = BatchLayout.NoLeaderEpoch,
    };

    internal void Fail(RecordFault fault, int position)
    {
        Fault = fault;
        FaultPosition = position;
    }

    internal void Extend(RecordBatch batch, int validBytes)
    {
        FirstOffset = BatchCount == 0 ? batch.BaseOffset : FirstOffset;
        BatchCount++;
        ValidBytes = validBytes;
        LastOffset = batch.LastOffset;
        MaxTimestamp = Math.Max(MaxTimestamp, batch.MaxTimestamp);
        LastLeaderEpoch = batch.PartitionLeaderEpoch;
    }
}
