namespace Millrace.Protocol.Records;

/// <summary>Finds records of one entry by their timestamp: the last step of ListOffsets, after the indexes.</summary>
public static class TimestampSearch
{
    /// <summary>Finds the first record whose timestamp is at least <paramref name="timestampMs"/>.</summary>
    /// <param name="decoder">Opens the entry; what it read before is gone.</param>
    /// <param name="batch">A whole entry, its checksum checked or trusted.</param>
    /// <param name="timestampMs">What is looked for, in ms.</param>
    /// <param name="offsetMin">Records before this offset do not count.</param>
    /// <param name="offset">The record's offset; -1 where none is found.</param>
    /// <param name="foundMs">Its timestamp; -1 where none is found.</param>
    /// <returns>A fault where the entry cannot be read up to such a record.</returns>
    public static RecordFault FindFirst(
        BatchDecoder decoder, RecordBatch batch, long timestampMs, long offsetMin, out long offset, out long foundMs)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        offset = -1;
        foundMs = BatchLayout.NoTimestamp;
        if (batch.MaxTimestamp < timestampMs || batch.LastOffset < offsetMin)
        {
            return RecordFault.None;
        }

        RecordReader records = decoder.Read(batch);
        while (records.MoveNext())
        {
            if (records.Current.Timestamp >= timestampMs && records.Current.Offset >= offsetMin)
            {
                offset = records.Current.Offset;
                foundMs = records.Current.Timestamp;
                return RecordFault.None;
            }
        }

        return records.Fault;
    }

    /// <summary>
    /// Finds the first record that has the batch's largest timestamp; under LogAppendTime, where all have it, that is
    /// the first.
    /// </summary>
    /// <param name="decoder">Opens the entry; what it read before is gone.</param>
    /// <param name="batch">A whole entry, its checksum checked or trusted.</param>
    /// <param name="offset">The record's offset; -1 where none is found.</param>
    /// <returns>A fault where the entry cannot be read up to that record.</returns>
    public static RecordFault FindMax(BatchDecoder decoder, RecordBatch batch, out long offset)
    {
        if (!batch.IsLegacy && batch.TimestampType == TimestampType.LogAppendTime && batch.Count > 0)
        {
            offset = batch.BaseOffset;
            return RecordFault.None;
        }

        return FindFirst(decoder, batch, batch.MaxTimestamp, long.MinValue, out offset, out _);
    }
}
