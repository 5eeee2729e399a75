using System.Text;
using Millrace.Base;
using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>
/// Builds batches of magic 2, one after another, in memory that it keeps. Owned by one thread. Records of one batch
/// together stay below 2 GiB; more is the caller's fault and throws.
/// <code>
/// builder.Begin(new NewBatch { BaseOffset = 7 });
/// builder.Append(7, now, key, value);
/// ReadOnlySpan&lt;byte&gt; batch = builder.Finish();
/// </code>
/// </summary>
public sealed class BatchBuilder : IDisposable
{
    private readonly NativeBuffer plain = new();
    private readonly NativeBuffer packed = new();
    private readonly Compressor compressor = new();
    private NewBatch header;
    private int length;
    private long baseTimestamp;
    private long maxTimestamp;
    private long lastOffset;

    /// <summary>Records appended since <see cref="Begin"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Size in bytes that the batch has so far, before compression.</summary>
    public int PlainSize => length;

    /// <summary>Upper bound of the bytes that a record adds before compression.</summary>
    public static int RecordSizeMax(int keyLength, int valueLength, int headerBytes) =>
        checked(5 + 1 + 10 + 5 + 5 + keyLength + 5 + valueLength + 5 + headerBytes);

    /// <summary>Starts a batch; what was not finished before is gone.</summary>
    public void Begin(in NewBatch batch)
    {
        header = batch;
        length = BatchLayout.HeaderSize;
        plain.EnsureCapacity(length);
        Count = 0;
        baseTimestamp = batch.DeleteHorizonMs;
        maxTimestamp = BatchLayout.NoTimestamp;
        lastOffset = batch.BaseOffset - 1;
    }

    /// <summary>Appends a record behind the last offset.</summary>
    /// <param name="timestampMs">Create time in ms, or -1.</param>
    /// <param name="key">May be null.</param>
    /// <param name="value">May be null.</param>
    public void Append(long timestampMs, RecordField key, RecordField value) =>
        Append(lastOffset + 1, timestampMs, key, value, []);

    /// <summary>Appends a record with headers at an offset of its own, which is larger than those before.</summary>
    public void Append(
        long offset, long timestampMs, RecordField key, RecordField value, ReadOnlySpan<NewHeader> headers)
    {
        int headerBytes = 0;
        foreach (NewHeader item in headers)
        {
            headerBytes += RecordEncoder.SizeOf(item);
        }

        Span<byte> rest = AppendUpToHeaders(offset, timestampMs, key, value, headers.Length, headerBytes);
        foreach (NewHeader item in headers)
        {
            rest = rest[RecordEncoder.Write(rest, item)..];
        }
    }

    /// <summary>Appends a copy of another batch's record, headers and all, at an offset and time of its own.</summary>
    public void Append(long offset, long timestampMs, Record record)
    {
        ReadOnlySpan<byte> headers = record.HeaderBytes;
        RecordField key = new(record.Key, record.HasKey);
        RecordField value = new(record.Value, record.HasValue);
        headers.CopyTo(AppendUpToHeaders(offset, timestampMs, key, value, record.HeaderCount, headers.Length));
    }

    /// <summary>Ends the batch.</summary>
    /// <returns>The whole batch, good until the next <see cref="Begin"/>.</returns>
    public Span<byte> Finish() => Finish(lastOffset);

    /// <summary>
    /// Ends the batch with a last offset larger than its last record's: compaction keeps what a batch spanned, even of
    /// one that has no record left.
    /// </summary>
    public Span<byte> Finish(long lastOffsetOfBatch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lastOffsetOfBatch, lastOffset);
        int lastOffsetDelta = checked((int)(lastOffsetOfBatch - header.BaseOffset));
        Span<byte> batch = plain.Whole[..length];
        if (header.Codec.Type != CompressionCodec.None && Count > 0)
        {
            packed.EnsureCapacity(BatchLayout.HeaderSize);
            ReadOnlySpan<byte> records = batch[BatchLayout.HeaderSize..];
            int size = compressor.Compress(header.Codec, records, packed, BatchLayout.HeaderSize);
            batch = packed.Whole[..(BatchLayout.HeaderSize + size)];
        }

        WriteHeader(batch, lastOffsetDelta);
        BatchChecksum.Seal(batch);
        return batch;
    }

    /// <summary>Gives back memory beyond so many bytes, after an outsized batch.</summary>
    public void ShrinkTo(int bytes)
    {
        plain.ShrinkTo(bytes);
        packed.ShrinkTo(bytes);
    }

    public void Dispose()
    {
        plain.Dispose();
        packed.Dispose();
        compressor.Dispose();
    }

    private Span<byte> AppendUpToHeaders(
        long offset, long timestampMs, RecordField key, RecordField value, int headerCount, int headerBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(offset, lastOffset);
        if (baseTimestamp == BatchLayout.NoTimestamp && Count == 0)
        {
            baseTimestamp = timestampMs;
        }

        int offsetDelta = checked((int)(offset - header.BaseOffset));
        long timestampDelta = timestampMs - baseTimestamp;
        int bodySize = RecordEncoder.SizeOf(timestampDelta, offsetDelta, key, value, headerCount, headerBytes);
        int size = Varint.SizeSigned(bodySize) + bodySize;
        plain.EnsureCapacity(checked(length + size));
        Span<byte> target = plain.Whole.Slice(length, size);
        RecordEncoder.Write(target, bodySize, timestampDelta, offsetDelta, key, value, headerCount);
        length += size;
        lastOffset = offset;
        maxTimestamp = Math.Max(maxTimestamp, timestampMs);
        Count++;
        return target[(size - headerBytes)..];
    }

    private void WriteHeader(Span<byte> batch, int lastOffsetDelta)
    {
        bool appendTime = header.TimestampType == TimestampType.LogAppendTime;
        ByteWriter writer = new(batch);
        writer.WriteInt64(header.BaseOffset);
        writer.WriteInt32(batch.Length - BatchLayout.LogOverhead);
        writer.WriteInt32(header.PartitionLeaderEpoch);
        writer.WriteInt8(2);
        writer.WriteInt32(0);
        writer.WriteInt16((short)(
            (int)(Count > 0 ? header.Codec.Type : CompressionCodec.None)
            | (appendTime ? BatchLayout.TimestampTypeBit : 0)
            | (header.IsTransactional ? BatchLayout.TransactionalBit : 0)
            | (header.IsControl ? BatchLayout.ControlBit : 0)
            | (header.DeleteHorizonMs >= 0 ? BatchLayout.DeleteHorizonBit : 0)));
        writer.WriteInt32(lastOffsetDelta);
        writer.WriteInt64(baseTimestamp);
        writer.WriteInt64(appendTime ? header.AppendTimeMs : maxTimestamp);
        writer.WriteInt64(header.ProducerId);
        writer.WriteInt16(header.ProducerEpoch);
        writer.WriteInt32(header.BaseSequence);
        writer.WriteInt32(Count);
    }
}
