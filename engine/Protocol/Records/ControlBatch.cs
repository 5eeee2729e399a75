namespace Millrace.Protocol.Records;

/// <summary>Builds the control batches of transactions and of the metadata log, one record each.</summary>
public static class ControlBatch
{
    /// <summary>A transaction's end marker, as WriteTxnMarkers appends it to a partition.</summary>
    /// <param name="builder">Gives its memory: the answer is good until it begins another batch.</param>
    /// <param name="offset">Where the marker goes.</param>
    /// <param name="leaderEpoch">The partition's leader epoch.</param>
    /// <param name="timestampMs">Wall-clock time: markers never carry the time of the records.</param>
    /// <param name="producerId">The producer whose transaction ends.</param>
    /// <param name="producerEpoch">Its epoch, already raised under transaction.version 2.</param>
    /// <param name="commit">COMMIT rather than ABORT.</param>
    /// <param name="coordinatorEpoch">Epoch of the transaction coordinator, which fences older ones.</param>
    public static Span<byte> EndTransaction(
        BatchBuilder builder, long offset, int leaderEpoch, long timestampMs, long producerId, short producerEpoch,
        bool commit, int coordinatorEpoch)
    {
        Span<byte> value = stackalloc byte[ControlRecord.EndMarkerValueSize];
        ControlRecord.WriteEndMarkerValue(value, coordinatorEpoch);
        NewBatch header = new()
        {
            BaseOffset = offset,
            PartitionLeaderEpoch = leaderEpoch,
            ProducerId = producerId,
            ProducerEpoch = producerEpoch,
            IsTransactional = true,
            IsControl = true,
        };
        ControlRecordType type = commit ? ControlRecordType.Commit : ControlRecordType.Abort;
        return Build(builder, header, timestampMs, type, value);
    }

    /// <summary>
    /// A control batch of the metadata log or of one of its snapshots: leader change, snapshot header and footer,
    /// kraft.version, voters.
    /// </summary>
    /// <param name="builder">Gives its memory: the answer is good until it begins another batch.</param>
    /// <param name="offset">Where the batch goes.</param>
    /// <param name="leaderEpoch">The quorum's epoch.</param>
    /// <param name="timestampMs">Create time.</param>
    /// <param name="type">The record's type.</param>
    /// <param name="message">The encoded message of that type, which has its version (int16) in front.</param>
    public static Span<byte> Quorum(
        BatchBuilder builder, long offset, int leaderEpoch, long timestampMs, ControlRecordType type,
        ReadOnlySpan<byte> message)
    {
        NewBatch header = new() { BaseOffset = offset, PartitionLeaderEpoch = leaderEpoch, IsControl = true };
        return Build(builder, header, timestampMs, type, message);
    }

    private static Span<byte> Build(
        BatchBuilder builder, scoped in NewBatch header, long timestampMs, ControlRecordType type,
        scoped ReadOnlySpan<byte> value)
    {
        Span<byte> key = stackalloc byte[ControlRecord.KeySize];
        ControlRecord.WriteKey(key, type);
        builder.Begin(header);
        builder.Append(timestampMs, RecordField.FromSpan(key), value);
        return builder.Finish();
    }
}
