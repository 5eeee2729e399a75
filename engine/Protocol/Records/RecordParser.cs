using Millrace.Base;

namespace Millrace.Protocol.Records;

/// <summary>
/// Parses one record of magic 2 out of plain bytes, every length checked against the record's own end.
/// </summary>
internal static class RecordParser
{
    /// <param name="source">From the record's size on; it may hold more than the record.</param>
    /// <param name="batch">The batch whose offsets, timestamps and sequences the record counts from.</param>
    /// <param name="record">The record, where there is no fault.</param>
    /// <param name="consumed">Bytes that it took, with the size in front.</param>
    public static RecordFault Parse(ReadOnlySpan<byte> source, RecordBatch batch, out Record record, out int consumed)
    {
        record = default;
        consumed = 0;
        int sizeBytes = Varint.ReadUnsigned(source, out uint zigZagSize);
        if (sizeBytes <= 0)
        {
            return sizeBytes == 0 ? RecordFault.BadRecordStructure : RecordFault.BadVarint;
        }

        int size = Varint.UnZigZag(zigZagSize);
        if (size <= 0 || size > source.Length - sizeBytes)
        {
            return RecordFault.BadRecordSize;
        }

        ByteReader reader = new(source.Slice(sizeBytes, size));
        byte attributes = (byte)reader.ReadInt8();
        long timestampDelta = reader.ReadVarlong();
        int offsetDelta = reader.ReadVarint();
        RecordField key = ReadField(ref reader);
        RecordField value = ReadField(ref reader);
        int headerCount = reader.ReadVarint();
        if (reader.Failed)
        {
            return FaultOf(reader.Error);
        }

        int headersAt = reader.Position;
        RecordFault fault = SkipHeaders(ref reader, headerCount);
        if (fault != RecordFault.None)
        {
            return fault;
        }

        if (reader.Remaining != 0)
        {
            return RecordFault.BadRecordSize;
        }

        consumed = sizeBytes + size;
        long timestamp = batch.TimestampType == TimestampType.LogAppendTime
            ? batch.MaxTimestamp
            : batch.BaseTimestamp + timestampDelta;
        int sequence = batch.BaseSequence < 0
            ? BatchLayout.NoSequence
            : RecordBatch.AddSequence(batch.BaseSequence, offsetDelta);
        record = new Record(
            batch.BaseOffset + offsetDelta, timestamp, sequence, consumed, attributes, key, value, headerCount,
            source.Slice(sizeBytes + headersAt, size - headersAt));
        return RecordFault.None;
    }

    // A length below -1 reads as null, as in Kafka.
    private static RecordField ReadField(scoped ref ByteReader reader)
    {
        int length = reader.ReadVarint();
        return new RecordField(length > 0 ? reader.ReadSpan(length) : default, length >= 0);
    }

    private static RecordFault SkipHeaders(ref ByteReader reader, int count)
    {
        // Two bytes are the least a header takes; Kafka lets one pass here and fails a little later.
        if (count < 0 || count > reader.Remaining)
        {
            return RecordFault.BadHeaderCount;
        }

        for (; count > 0; count--)
        {
            int keyLength = reader.ReadVarint();
            if (keyLength < 0)
            {
                return RecordFault.NullHeaderKey;
            }

            reader.Skip(keyLength);
            int valueLength = reader.ReadVarint();
            if (valueLength > 0)
            {
                reader.Skip(valueLength);
            }

            if (reader.Failed)
            {
                return FaultOf(reader.Error);
            }
        }

        return RecordFault.None;
    }

    private static RecordFault FaultOf(DecodeError error) =>
        error.Kind == DecodeErrorKind.BadVarint ? RecordFault.BadVarint : RecordFault.BadRecordStructure;
}
