using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Millrace.Base;

namespace Millrace.Protocol.Records;

/// <summary>
/// The quick half of <see cref="PlainRecordWalk"/>: goes over ordinary records from the start of a batch for as long as
/// all is well and small, and stops without a word at the first that is not; the thorough half goes on from there. It
/// gathers what <see cref="RecordRules"/> need to know, so that they are asked once for all of them. Measured: 3 to 5
/// ns a record.
/// </summary>
internal readonly unsafe struct PlainRecordPrefix
{
    /// <summary>
    /// Size, attributes and three fields of two bytes each: what is read of a record before bounds are looked at again.
    /// </summary>
    private const int FixedBytesMax = 9;

    /// <summary>The first offset delta that takes a second byte.</summary>
    private const int UsualCountMax = 64;

    /// <summary>Records of two bytes of size are smaller.</summary>
    private const int UsualSizeMax = 1 << 13;

    /// <summary>A usual record's head, its key of 63 bytes at the most, and two bytes of its value's length.</summary>
    private const int UsualReachMax = UsualShape.HeadBytes + 63 + 2;

    private PlainRecordPrefix(int count, int bytes, long minTimestampDelta, long maxTimestampDelta, bool allHaveKeys)
    {
        Count = count;
        Bytes = bytes;
        MinTimestampDelta = minTimestampDelta;
        MaxTimestampDelta = maxTimestampDelta;
        AllHaveKeys = allHaveKeys;
    }

    /// <summary>Records that are well-formed and have the offset delta of their place.</summary>
    public int Count { get; }

    /// <summary>Bytes that they take.</summary>
    public int Bytes { get; }

    public long MinTimestampDelta { get; }

    public long MaxTimestampDelta { get; }

    public bool AllHaveKeys { get; }

    /// <param name="start">First byte of the records.</param>
    /// <param name="end">Behind their last byte.</param>
    /// <param name="countMax">How many the batch counts.</param>
    /// <param name="recordBytesMax">Largest size that a record may have.</param>
    public static PlainRecordPrefix Walk(byte* start, byte* end, int countMax, int recordBytesMax)
    {
        PlainRecordPrefix usual = recordBytesMax >= UsualSizeMax ? WalkUsual(start, end, countMax) : default;
        byte* record = start + usual.Bytes;
        uint index = (uint)usual.Count;
        uint keyless = usual.AllHaveKeys || index == 0 ? 0u : 1u;
        int minDelta = index == 0 ? int.MaxValue : 0;
        int maxDelta = index == 0 ? int.MinValue : (int)usual.MaxTimestampDelta;
        for (; index < (uint)countMax && end - record > FixedBytesMax; index++)
        {
            // Each varint takes one byte or two here. A field may run beyond its record, but never beyond the batch,
            // and then the last comparison fails.
            byte* at = record;
            uint size = *at++;
            if (size >= 0x80)
            {
                size = (size & 0x7f) | ((uint)*at++ << 7);
            }

            byte* recordEnd = at + (size >> 1);
            at++;
            uint timestampDelta = *at++;
            if (timestampDelta >= 0x80)
            {
                timestampDelta = (timestampDelta & 0x7f) | ((uint)*at++ << 7);
            }

            uint offsetDelta = *at++;
            if (offsetDelta >= 0x80)
            {
                offsetDelta = (offsetDelta & 0x7f) | ((uint)*at++ << 7);
            }

            uint key = *at++;
            if (key >= 0x80)
            {
                key = (key & 0x7f) | ((uint)*at++ << 7);
            }

            // A second byte of 0x80 and more shows as bit 14: the value goes on, and that is for the other half.
            at += (key >> 1) & ((key & 1) - 1);
            bool isOrdinary = ((size | timestampDelta | key) < 0x4000) & ((size & 1) == 0) & (offsetDelta == index << 1)
                & (size >> 1 <= (uint)recordBytesMax);
            if (!isOrdinary || SkipValueAndHeaders(at, end) != recordEnd)
            {
                break;
            }

            keyless |= key & 1;
            int delta = Varint.UnZigZag(timestampDelta);
            minDelta = Math.Min(minDelta, delta);
            maxDelta = Math.Max(maxDelta, delta);
            record = recordEnd;
        }

        return new PlainRecordPrefix((int)index, (int)(record - start), minDelta, maxDelta, keyless == 0);
    }

    /// <summary>
    /// The usual records of large batches: two bytes of size and of value length, one byte of everything else, no
    /// headers, and no timestamp before the batch's first. Size and key length are the shape of such a record: they
    /// say which value length has to stand where. A record of the shape before it is compared with that and not
    /// decoded, so that the next one is found before this one's bytes have arrived. Measured: 1 to 2 ns a record.
    /// </summary>
    private static PlainRecordPrefix WalkUsual(byte* start, byte* end, int countMax)
    {
        byte* record = start;
        uint countUsual = (uint)Math.Min(countMax, UsualCountMax);
        uint index = 0;
        uint keys = 0;
        uint maxTimestamp = 0;
        UsualShape shape = default;
        for (; index < countUsual && end - record > UsualReachMax; index++)
        {
            ulong head = ReadWord(record);
            ulong difference = (head ^ shape.Head) & UsualShape.Mask;
            if (difference != (ulong)index << 33)
            {
                if (!UsualShape.TryRead(head, index, out shape))
                {
                    break;
                }

                keys |= shape.KeyIsNull;
            }

            byte* recordEnd = record + shape.Size;
            if (recordEnd > end || ReadPair(record + shape.ValueAt) != shape.ValueLength || recordEnd[-1] != 0)
            {
                break;
            }

            maxTimestamp = Math.Max(maxTimestamp, (uint)head >> 24);
            record = recordEnd;
        }

        return new PlainRecordPrefix((int)index, (int)(record - start), 0, maxTimestamp >> 1, keys == 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadPair(byte* at) => BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(at, 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadWord(byte* at) => BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(at, 8));

    /// <returns>Behind the record; null where one of its parts is not ordinary.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* SkipValueAndHeaders(byte* at, byte* end)
    {
        if (end - at < 2)
        {
            return null;
        }

        uint value = *at++;
        if (value >= 0x80)
        {
            value = (value & 0x7f) | ((uint)*at++ << 7);
        }

        at += (value >> 1) & ((value & 1) - 1);
        if (at >= end || value >= 0x4000)
        {
            return null;
        }

        uint headers = *at++;
        return headers == 0 ? at : SkipHeaders(at, end, headers);
    }

    /// <returns>Behind the headers; null where one of them is not ordinary.</returns>
    private static byte* SkipHeaders(byte* at, byte* end, uint zigZagCount)
    {
        if (zigZagCount >= 0x80 || (zigZagCount & 1) != 0)
        {
            return null;
        }

        // Key and value, one after the other; only a value may be null.
        for (uint field = 0; field < zigZagCount; field++)
        {
            if (end - at < 2)
            {
                // The last value may be empty or null, in one byte at the very end.
                return end - at == 1 && *at <= 1 && field == zigZagCount - 1 ? end : null;
            }

            uint length = *at++;
            if (length >= 0x80)
            {
                length = (length & 0x7f) | ((uint)*at++ << 7);
            }

            uint isNull = length & 1;
            if (length >= 0x4000 || (isNull != 0 && (field & 1) == 0))
            {
                return null;
            }

            at += (length >> 1) & (isNull - 1);
        }

        return at <= end ? at : null;
    }
}
