using Millrace.Base;
using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>
/// Goes through the records of one entry over its plain bytes. <see cref="BatchDecoder.Read"/> makes one of any entry,
/// compressed or not; <see cref="OverPlain"/> of an uncompressed one without any state. Allocates nothing.
/// <code>
/// RecordReader records = decoder.Read(batch);
/// while (records.MoveNext()) { Use(records.Current); }
/// if (records.Fault != RecordFault.None) { ... }
/// </code>
/// </summary>
public ref struct RecordReader
{
    private readonly RecordBatch batch;
    private readonly ReadOnlySpan<byte> plain;
    private readonly long legacyBaseOffset;
    private Record current;
    private int position;
    private int index;

    private RecordReader(RecordBatch batch, ReadOnlySpan<byte> plain, long legacyBaseOffset)
    {
        this.batch = batch;
        this.plain = plain;
        this.legacyBaseOffset = legacyBaseOffset;
        if (batch.Count < 0 && !batch.IsLegacy)
        {
            Fault = RecordFault.NegativeCount;
        }
    }

    private RecordReader(RecordFault fault) => Fault = fault;

    /// <summary>Why the walk stopped; none at the honest end of the records.</summary>
    public RecordFault Fault { get; private set; }

    /// <summary>Records read so far.</summary>
    public readonly int Index => index;

    public readonly Record Current => current;

    /// <summary>The stored checksum of the current message of magic 0 or 1; of a wrapped one, its own.</summary>
    public readonly uint MessageCrc => new RecordBatch(plain[(position - current.SizeInBytes)..position]).Crc;

    /// <summary>
    /// Records of an uncompressed batch of magic 2, or the one message of an uncompressed entry before.
    /// </summary>
    public static RecordReader OverPlain(RecordBatch batch) =>
        batch.IsLegacy ? new RecordReader(batch, batch.Bytes, 0) : new RecordReader(batch, batch.Payload, 0);

    /// <param name="batch">A batch of magic 2.</param>
    /// <param name="plain">Its records, decompressed.</param>
    internal static RecordReader OverRecords(RecordBatch batch, ReadOnlySpan<byte> plain) => new(batch, plain, 0);

    /// <param name="wrapper">A compressed message of magic 0 or 1.</param>
    /// <param name="messages">What it wraps, decompressed: whole entries of the same magic.</param>
    internal static RecordReader OverMessages(RecordBatch wrapper, ReadOnlySpan<byte> messages)
    {
        if (wrapper.Magic == 0)
        {
            return new RecordReader(wrapper, messages, 0);
        }

        // From magic 1 on the inner offsets count from 0 (KIP-31) and the wrapper has the last one's, so the first is
        // known only when the last was seen.
        RecordBatches walk = new(messages);
        long lastInner = 0;
        while (walk.MoveNext())
        {
            lastInner = walk.Current.BaseOffset;
        }

        return new RecordReader(wrapper, messages, wrapper.BaseOffset - lastInner);
    }

    internal static RecordReader Failed(RecordFault fault) => new(fault);

    /// <summary>Goes to the next record.</summary>
    public bool MoveNext()
    {
        if (Fault != RecordFault.None)
        {
            return false;
        }

        return batch.IsLegacy ? MoveToMessage() : MoveToRecord();
    }

    private bool MoveToRecord()
    {
        if (index >= batch.Count)
        {
            // A count of 0 over any payload reads as no records, as Kafka has it: compaction's empty batches.
            return batch.Count > 0 && position != plain.Length && Fail(RecordFault.TooManyRecords);
        }

        if (position == plain.Length)
        {
            return Fail(RecordFault.TooFewRecords);
        }

        RecordFault fault = RecordParser.Parse(plain[position..], batch, out current, out int consumed);
        if (fault != RecordFault.None)
        {
            return Fail(fault);
        }

        position += consumed;
        index++;
        return true;
    }

    private bool MoveToMessage()
    {
        RecordFault fault = RecordBatches.SizeOf(plain[position..], out int size);
        if (fault != RecordFault.None)
        {
            return Fail(fault);
        }

        if (size == 0 || size > plain.Length - position)
        {
            // Old brokers cut message sets anywhere, so a cut one inside a wrapper just ends it.
            return position == 0 && plain.Length != 0 && Fail(RecordFault.TooFewRecords);
        }

        RecordBatch message = new(plain.Slice(position, size));
        if (message.Magic != batch.Magic)
        {
            return Fail(RecordFault.WrongMagic);
        }

        bool wrapped = batch.IsCompressed;
        if (wrapped && message.IsCompressed)
        {
            return Fail(RecordFault.NestedCompression);
        }

        // The wrapper's checksum covers the compressed bytes; each message inside has its own.
        fault = wrapped ? message.Check() : RecordFault.None;
        fault = fault == RecordFault.None ? ReadMessage(message, wrapped) : fault;
        if (fault != RecordFault.None)
        {
            return Fail(fault);
        }

        position += size;
        index++;
        return true;
    }

    private RecordFault ReadMessage(RecordBatch message, bool wrapped)
    {
        ByteReader reader = new(message.Payload);
        RecordField key = ReadField(ref reader);
        RecordField value = ReadField(ref reader);
        if (reader.Failed || reader.Remaining != 0)
        {
            return RecordFault.BadRecordStructure;
        }

        // Under LogAppendTime the wrapper's timestamp is every message's.
        long timestamp = wrapped && batch.TimestampType == TimestampType.LogAppendTime
            ? batch.MaxTimestamp
            : message.MaxTimestamp;
        current = new Record(
            message.BaseOffset + legacyBaseOffset, timestamp, BatchLayout.NoSequence, message.SizeInBytes,
            (byte)message.Attributes, key, value);
        return RecordFault.None;
    }

    private static RecordField ReadField(scoped ref ByteReader reader)
    {
        int length = reader.ReadBytesLength(flexible: false);
        return new RecordField(length > 0 ? reader.ReadSpan(length) : default, length >= 0);
    }

    private bool Fail(RecordFault fault)
    {
        Fault = fault;
        current = default;
        return false;
    }
}
