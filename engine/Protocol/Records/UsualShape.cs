namespace Millrace.Protocol.Records;

/// <summary>
/// What the usual records of one size and key length have in common, read off the first of them: where the length of
/// the value has to stand, and what it has to be for the record to end where its size says, behind a header count of
/// one byte.
/// </summary>
internal readonly struct UsualShape
{
    /// <summary>Two bytes of size, then attributes, timestamp delta, offset delta and key length.</summary>
    public const int HeadBytes = 6;

    /// <summary>
    /// Of a head as a little-endian word, what two records of one shape share but for the offset delta: size, sign and
    /// continuation of the timestamp delta, key length. The attributes mean nothing yet.
    /// </summary>
    public const ulong Mask = 0x0000_ffff_8100_ffff;

    // Continuation and sign bits of size and timestamp delta, continuation of the key length, the whole offset delta.
    private const ulong UsualMask = 0x0000_80ff_8100_8081;
    private const ulong OnlySizeContinues = 0x80;

    /// <summary>Least length that takes two bytes.</summary>
    private const int TwoByteMin = 64;

    private UsualShape(ulong head, int size, int keyBytes, int valueBytes)
    {
        Head = head & Mask & ~(0xffUL << 32);
        Size = size;
        ValueAt = HeadBytes + keyBytes;
        ValueLength = (((uint)valueBytes << 1) & 0x7e) | 0x80 | ((uint)valueBytes >> 6 << 8);
        KeyIsNull = (uint)(head >> 40) & 1;
    }

    /// <summary>The masked head, with an offset delta of 0.</summary>
    public ulong Head { get; }

    /// <summary>Of the whole record, its size field included.</summary>
    public nint Size { get; }

    /// <summary>Where the length of the value stands.</summary>
    public nint ValueAt { get; }

    /// <summary>Its two bytes, the first in the lowest bits.</summary>
    public uint ValueLength { get; }

    /// <summary>1 or 0.</summary>
    public uint KeyIsNull { get; }

    /// <param name="head">The first eight bytes of a record, the first in the lowest bits.</param>
    /// <param name="index">Of the record in its batch, less than 64.</param>
    /// <param name="shape">What it has to be like from its value on.</param>
    /// <returns>False where the record is not a usual one.</returns>
    public static bool TryRead(ulong head, uint index, out UsualShape shape)
    {
        shape = default;
        if ((head & UsualMask) != (OnlySizeContinues | ((ulong)index << 33)))
        {
            return false;
        }

        // Every odd key length is negative and means null.
        int key = (int)(head >> 40) & 0x7f;
        int keyBytes = (key & 1) == 0 ? key >> 1 : 0;
        int size = 2 + (int)(((head >> 1) & 0x3f) | ((head >> 2) & 0x1fc0));
        int valueBytes = size - HeadBytes - keyBytes - 3;
        if (valueBytes < TwoByteMin)
        {
            return false;
        }

        shape = new UsualShape(head, size, keyBytes, valueBytes);
        return true;
    }
}
