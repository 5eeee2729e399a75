using System.Numerics;
using System.Runtime.CompilerServices;

namespace Millrace.Base;

/// <summary>
/// Kafka's variable-length integers: seven bits a byte, low bits first; the signed form is zig-zag. Unsigned ones carry
/// flexible lengths and tags, signed ones the fields of records.
/// </summary>
public static class Varint
{
    /// <summary>Longest encoding of 32 bits, in bytes.</summary>
    public const int MaxBytes32 = 5;

    /// <summary>Longest encoding of 64 bits, in bytes.</summary>
    public const int MaxBytes64 = 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ZigZag(int value) => (uint)((value << 1) ^ (value >> 31));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int UnZigZag(uint value) => (int)(value >> 1) ^ -(int)(value & 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>Encoded size in bytes, 1 to 5.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeUnsigned(uint value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>Encoded size in bytes, 1 to 10.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeUnsigned(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>Encoded size in bytes of the zig-zag form.</summary>
    public static int SizeSigned(int value) => SizeUnsigned(ZigZag(value));

    /// <summary>Encoded size in bytes of the zig-zag form.</summary>
    public static int SizeSigned(long value) => SizeUnsigned(ZigZag(value));

    /// <summary>Reads an unsigned 32-bit varint.</summary>
    /// <returns>Bytes consumed, 0 where the input ends inside the value, -1 where it overflows 32 bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadUnsigned(ReadOnlySpan<byte> source, out uint value)
    {
        if (source.Length > 0 && source[0] < 0x80)
        {
            value = source[0];
            return 1;
        }

        return ReadUnsignedLong(source, out value);
    }

    private static int ReadUnsignedLong(ReadOnlySpan<byte> source, out uint value)
    {
        value = 0;
        for (int index = 0; index < MaxBytes32; index++)
        {
            if (index >= source.Length)
            {
                return 0;
            }

            uint current = source[index];
            value |= (current & 0x7f) << (7 * index);
            if (current < 0x80)
            {
                // The fifth byte has room for four bits.
                return index == MaxBytes32 - 1 && current > 0x0f ? -1 : index + 1;
            }
        }

        return -1;
    }

    /// <summary>Reads an unsigned 64-bit varint.</summary>
    /// <returns>Bytes consumed, 0 where the input ends inside the value, -1 where it overflows 64 bits.</returns>
    public static int ReadUnsigned(ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (int index = 0; index < MaxBytes64; index++)
        {
            if (index >= source.Length)
            {
                return 0;
            }

            ulong current = source[index];
            value |= (current & 0x7f) << (7 * index);
            if (current < 0x80)
            {
                return index == MaxBytes64 - 1 && current > 0x01 ? -1 : index + 1;
            }
        }

        return -1;
    }

    /// <summary>Writes an unsigned varint.</summary>
    /// <returns>Bytes written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteUnsigned(Span<byte> target, uint value)
    {
        int index = 0;
        while (value >= 0x80)
        {
            target[index++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[index++] = (byte)value;
        return index;
    }

    /// <summary>Writes an unsigned varint.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteUnsigned(Span<byte> target, ulong value)
    {
        int index = 0;
        while (value >= 0x80)
        {
            target[index++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[index++] = (byte)value;
        return index;
    }
}
