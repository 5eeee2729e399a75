using Millrace.Base;
using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>
/// The checks of <see cref="PlainRecordWalk"/> over a compressed batch, in a window of fixed size, so that a bomb costs
/// time that the limits bound and no memory. Payloads that fit into the window, nearly all, take the plain walk. Owned
/// by one thread; allocates nothing once its contexts are made.
/// </summary>
internal sealed class PackedRecordWalk : IDisposable
{
    /// <summary>
    /// Batches of Kafka's producers are 16 KiB by default; twice the largest block of snappy and lz4 that they send.
    /// </summary>
    private const int WindowBytes = 128 * 1024;

    private readonly Decompressor decompressor = new();
    private readonly NativeBuffer window = new();
    private int position;
    private int filled;
    private int left;
    private RecordFault fault;

    /// <param name="batch">A whole batch of magic 2 with a codec.</param>
    /// <param name="count">How many records its header counts, not negative.</param>
    /// <param name="recordBytesMax">Largest plain size that a record may have.</param>
    /// <param name="rules">Begun for this batch.</param>
    public RecordFault Check(RecordBatch batch, int count, int recordBytesMax, RecordRules rules)
    {
        ReadOnlySpan<byte> payload = batch.Payload;
        window.EnsureCapacity(WindowBytes);
        decompressor.Begin(batch.Codec, batch.Magic, payload.Length, DecompressionLimits.Streaming);
        position = 0;
        filled = decompressor.Read(payload, window.Whole[..WindowBytes]);
        fault = decompressor.Fault.ToRecordFault();
        if (fault == RecordFault.None && filled < WindowBytes)
        {
            return PlainRecordWalk.Check(window.Whole[..filled], count, recordBytesMax, rules);
        }

        for (int index = 0; index < count && fault == RecordFault.None; index++)
        {
            CheckRecord(payload, index, recordBytesMax, rules);
        }

        if (fault == RecordFault.None && Ensure(payload, 1))
        {
            return RecordFault.TooManyRecords;
        }

        return fault;
    }

    public void Dispose()
    {
        decompressor.Dispose();
        window.Dispose();
    }

    private void CheckRecord(ReadOnlySpan<byte> payload, int index, int recordBytesMax, RecordRules rules)
    {
        if (!Ensure(payload, 1))
        {
            Fail(RecordFault.TooFewRecords);
            return;
        }

        left = Varint.MaxBytes32;
        int size = NextVarint(payload);
        if (fault == RecordFault.None && (size <= 0 || size > recordBytesMax))
        {
            fault = size <= 0 ? RecordFault.BadRecordSize : RecordFault.RecordTooLarge;
        }

        left = size;
        Skip(payload, 1);
        long timestampDelta = NextVarlong(payload);
        int offsetDelta = NextVarint(payload);
        int keyLength = NextVarint(payload);
        Skip(payload, Math.Max(0, keyLength));
        Skip(payload, Math.Max(0, NextVarint(payload)));
        CheckHeaders(payload);
        if (fault == RecordFault.None && left != 0)
        {
            fault = RecordFault.BadRecordSize;
        }

        if (fault == RecordFault.None)
        {
            fault = rules.Take(index, timestampDelta, offsetDelta, keyLength >= 0);
        }
    }

    private void CheckHeaders(ReadOnlySpan<byte> payload)
    {
        int count = NextVarint(payload);
        if (fault == RecordFault.None && (count < 0 || count > left))
        {
            fault = RecordFault.BadHeaderCount;
        }

        for (; count > 0 && fault == RecordFault.None; count--)
        {
            int keyLength = NextVarint(payload);
            if (fault == RecordFault.None && keyLength < 0)
            {
                fault = RecordFault.NullHeaderKey;
            }

            Skip(payload, Math.Max(0, keyLength));
            Skip(payload, Math.Max(0, NextVarint(payload)));
        }
    }

    private int NextVarint(ReadOnlySpan<byte> payload)
    {
        Ensure(payload, Varint.MaxBytes32);
        int consumed = Varint.ReadUnsigned(InRecord(), out uint value);
        return Consume(consumed) ? Varint.UnZigZag(value) : 0;
    }

    private long NextVarlong(ReadOnlySpan<byte> payload)
    {
        Ensure(payload, Varint.MaxBytes64);
        int consumed = Varint.ReadUnsigned(InRecord(), out ulong value);
        return Consume(consumed) ? Varint.UnZigZag(value) : 0;
    }

    private bool Consume(int consumed)
    {
        if (consumed <= 0)
        {
            Fail(consumed == 0 ? RecordFault.BadRecordStructure : RecordFault.BadVarint);
            return false;
        }

        position += consumed;
        left -= consumed;
        return true;
    }

    private void Skip(ReadOnlySpan<byte> payload, int bytes)
    {
        if (bytes > left)
        {
            Fail(RecordFault.BadRecordStructure);
        }

        left -= bytes;
        while (bytes > 0 && fault == RecordFault.None)
        {
            if (!Ensure(payload, 1))
            {
                Fail(RecordFault.BadRecordStructure);
                return;
            }

            int taken = Math.Min(bytes, filled - position);
            position += taken;
            bytes -= taken;
        }
    }

    private ReadOnlySpan<byte> InRecord() =>
        window.Whole.Slice(position, Math.Max(0, Math.Min(left, filled - position)));

    /// <summary>Brings so many bytes into the window, as far as the payload goes.</summary>
    /// <returns>False where fewer are left, or after a fault.</returns>
    private bool Ensure(ReadOnlySpan<byte> payload, int bytes)
    {
        if (filled - position >= bytes)
        {
            return fault == RecordFault.None;
        }

        Span<byte> whole = window.Whole[..WindowBytes];
        whole[position..filled].CopyTo(whole);
        filled -= position;
        position = 0;
        filled += decompressor.Read(payload, whole[filled..]);
        if (decompressor.Fault != CodecFault.None)
        {
            Fail(decompressor.Fault.ToRecordFault());
        }

        return fault == RecordFault.None && filled >= bytes;
    }

    private void Fail(RecordFault first)
    {
        if (fault == RecordFault.None)
        {
            fault = first;
        }
    }
}
