using System.Buffers.Binary;

namespace Millrace.Protocol.Records;

/// <summary>Changes header fields of one batch of magic 2 in place. Those inside the CRC bring it up to date.</summary>
public static class BatchPatch
{
    /// <summary>Outside the CRC: the checksum stays right.</summary>
    public static void SetBaseOffset(Span<byte> batch, long baseOffset) =>
        BinaryPrimitives.WriteInt64BigEndian(batch[BatchLayout.BaseOffset..], baseOffset);

    /// <summary>Outside the CRC: the checksum stays right.</summary>
    public static void SetPartitionLeaderEpoch(Span<byte> batch, int leaderEpoch) =>
        BinaryPrimitives.WriteInt32BigEndian(batch[BatchLayout.PartitionLeaderEpoch..], leaderEpoch);

    /// <summary>
    /// Sets the largest timestamp and its type, as a leader does with what a producer sent. Touches nothing where both
    /// are so already; otherwise the checksum is computed anew, and attribute bits that Kafka does not know are cleared
    /// with it.
    /// </summary>
    /// <param name="batch">The whole batch.</param>
    /// <param name="type">CreateTime or LogAppendTime.</param>
    /// <param name="maxTimestampMs">Largest timestamp of the records, or the append time.</param>
    /// <returns>True where something changed.</returns>
    public static bool SetMaxTimestamp(Span<byte> batch, TimestampType type, long maxTimestampMs)
    {
        RecordBatch view = new(batch);
        if (view.TimestampType == type && view.MaxTimestamp == maxTimestampMs)
        {
            return false;
        }

        const short Kept = BatchLayout.CodecMask | BatchLayout.TransactionalBit | BatchLayout.ControlBit
            | BatchLayout.DeleteHorizonBit;
        int attributes = view.Attributes & Kept;
        attributes |= type == TimestampType.LogAppendTime ? BatchLayout.TimestampTypeBit : 0;
        BinaryPrimitives.WriteInt16BigEndian(batch[BatchLayout.Attributes..], (short)attributes);
        BinaryPrimitives.WriteInt64BigEndian(batch[BatchLayout.MaxTimestamp..], maxTimestampMs);
        BatchChecksum.Seal(batch);
        return true;
    }
}
