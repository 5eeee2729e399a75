using System.Runtime.CompilerServices;
using Millrace.Base;

namespace Millrace.Protocol.Records;

/// <summary>
/// Checks every record of a batch of magic 2 over its plain bytes, without looking at keys and values themselves: the
/// structure as <see cref="RecordParser"/> does, and <see cref="RecordRules"/>. Pointers, because this runs for each
/// record of each produced batch and has to hide behind the checksum's cost; no byte is read before it is known to lie
/// inside.
/// </summary>
internal static unsafe class PlainRecordWalk
{
    /// <param name="plain">The records of the batch, decompressed.</param>
    /// <param name="count">How many the header counts, not negative.</param>
    /// <param name="recordBytesMax">Largest size that a record may have.</param>
    /// <param name="rules">Begun for this batch.</param>
    public static RecordFault Check(ReadOnlySpan<byte> plain, int count, int recordBytesMax, RecordRules rules)
    {
        fixed (byte* start = plain)
        {
            byte* end = start + plain.Length;
            PlainRecordPrefix prefix = PlainRecordPrefix.Walk(start, end, count, recordBytesMax);
            byte* position = start;
            int index = 0;
            if (rules.TakeAll(prefix))
            {
                position += prefix.Bytes;
                index = prefix.Count;
            }

            for (; index < count; index++)
            {
                if (position == end)
                {
                    return RecordFault.TooFewRecords;
                }

                if (!TryReadVarint(ref position, end, out uint zigZagSize))
                {
                    return VarintFault(position, end);
                }

                int size = Varint.UnZigZag(zigZagSize);
                if (size <= 0 || size > end - position || size > recordBytesMax)
                {
                    return size > recordBytesMax ? RecordFault.RecordTooLarge : RecordFault.BadRecordSize;
                }

                RecordFault fault = CheckRecord(position, position + size, index, rules);
                if (fault != RecordFault.None)
                {
                    return fault;
                }

                position += size;
            }

            return position == end ? RecordFault.None : RecordFault.TooManyRecords;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RecordFault CheckRecord(byte* position, byte* end, int index, RecordRules rules)
    {
        // One byte of attributes, which mean nothing yet.
        position++;
        if (!TryReadVarlong(ref position, end, out ulong timestampDelta)
            || !TryReadVarint(ref position, end, out uint offsetDelta)
            || !TryReadVarint(ref position, end, out uint keyLength))
        {
            return VarintFault(position, end);
        }

        int key = Varint.UnZigZag(keyLength);
        if (key > end - position)
        {
            return RecordFault.BadRecordStructure;
        }

        position += Math.Max(0, key);
        if (!TryReadVarint(ref position, end, out uint valueLength))
        {
            return VarintFault(position, end);
        }

        int value = Varint.UnZigZag(valueLength);
        if (value > end - position)
        {
            return RecordFault.BadRecordStructure;
        }

        position += Math.Max(0, value);
        if (!TryReadVarint(ref position, end, out uint headerCount))
        {
            return VarintFault(position, end);
        }

        RecordFault fault = headerCount == 0
            ? (position == end ? RecordFault.None : RecordFault.BadRecordSize)
            : CheckHeaders(position, end, Varint.UnZigZag(headerCount));
        return fault == RecordFault.None
            ? rules.Take(index, Varint.UnZigZag(timestampDelta), Varint.UnZigZag(offsetDelta), key >= 0)
            : fault;
    }

    private static RecordFault CheckHeaders(byte* position, byte* end, int count)
    {
        if (count < 0 || count > end - position)
        {
            return RecordFault.BadHeaderCount;
        }

        for (; count > 0; count--)
        {
            if (!TryReadVarint(ref position, end, out uint keyLength))
            {
                return VarintFault(position, end);
            }

            int key = Varint.UnZigZag(keyLength);
            if (key < 0)
            {
                return RecordFault.NullHeaderKey;
            }

            if (key > end - position)
            {
                return RecordFault.BadRecordStructure;
            }

            position += key;
            if (!TryReadVarint(ref position, end, out uint valueLength))
            {
                return VarintFault(position, end);
            }

            int value = Varint.UnZigZag(valueLength);
            if (value > end - position)
            {
                return RecordFault.BadRecordStructure;
            }

            position += Math.Max(0, value);
        }

        return position == end ? RecordFault.None : RecordFault.BadRecordSize;
    }

    private static RecordFault VarintFault(byte* position, byte* end) =>
        position >= end ? RecordFault.BadRecordStructure : RecordFault.BadVarint;

    /// <summary>
    /// One and two bytes here, since most lengths take no more; the position stays where it was after a fault.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadVarint(ref byte* position, byte* end, out uint value)
    {
        if (end - position >= 2)
        {
            uint first = position[0];
            if (first < 0x80)
            {
                position++;
                value = first;
                return true;
            }

            uint second = position[1];
            if (second < 0x80)
            {
                position += 2;
                value = (first & 0x7f) | (second << 7);
                return true;
            }
        }

        return TryReadLongVarint(ref position, end, out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadLongVarint(ref byte* position, byte* end, out uint value)
    {
        int consumed = Varint.ReadUnsigned(Rest(position, end), out value);
        return TryConsume(ref position, end, consumed);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadVarlong(ref byte* position, byte* end, out ulong value)
    {
        if (end > position && *position < 0x80)
        {
            value = *position;
            position++;
            return true;
        }

        return TryReadLongVarlong(ref position, end, out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadLongVarlong(ref byte* position, byte* end, out ulong value)
    {
        int consumed = Varint.ReadUnsigned(Rest(position, end), out value);
        return TryConsume(ref position, end, consumed);
    }

    private static ReadOnlySpan<byte> Rest(byte* position, byte* end) =>
        new(position, (int)Math.Max(0, Math.Min(end - position, Varint.MaxBytes64)));

    private static bool TryConsume(ref byte* position, byte* end, int consumed)
    {
        // Cut short is told from malformed by where the position stands.
        position = consumed == 0 ? end : position + Math.Max(0, consumed);
        return consumed > 0;
    }
}
