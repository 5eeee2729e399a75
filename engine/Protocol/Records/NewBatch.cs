using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>
/// What the header of a new batch says, but for what its records decide. The defaults are those of plain data.
/// </summary>
public readonly record struct NewBatch()
{
    public long BaseOffset { get; init; }

    public int PartitionLeaderEpoch { get; init; } = BatchLayout.NoLeaderEpoch;

    public Codec Codec { get; init; }

    /// <summary>CreateTime, or LogAppendTime with <see cref="AppendTimeMs"/>.</summary>
    public TimestampType TimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary>The largest timestamp of a LogAppendTime batch, in ms.</summary>
    public long AppendTimeMs { get; init; } = BatchLayout.NoTimestamp;

    public long ProducerId { get; init; } = BatchLayout.NoProducerId;

    public short ProducerEpoch { get; init; } = BatchLayout.NoProducerEpoch;

    public int BaseSequence { get; init; } = BatchLayout.NoSequence;

    public bool IsTransactional { get; init; }

    public bool IsControl { get; init; }

    /// <summary>When tombstones of the batch may go, in ms; -1 for no horizon.</summary>
    public long DeleteHorizonMs { get; init; } = BatchLayout.NoTimestamp;

    /// <summary>A batch that has everything of another one but its records and their compression.</summary>
    public static NewBatch Like(RecordBatch batch, Codec codec) => new()
    {
        BaseOffset = batch.BaseOffset,
        PartitionLeaderEpoch = batch.PartitionLeaderEpoch,
        Codec = codec,
        TimestampType = batch.TimestampType == TimestampType.None ? TimestampType.CreateTime : batch.TimestampType,
        AppendTimeMs = batch.MaxTimestamp,
        ProducerId = batch.ProducerId,
        ProducerEpoch = batch.ProducerEpoch,
        BaseSequence = batch.BaseSequence,
        IsTransactional = batch.IsTransactional,
        IsControl = batch.IsControl,
        DeleteHorizonMs = batch.DeleteHorizonMs,
    };
}
