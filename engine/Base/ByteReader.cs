using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Millrace.Base;

/// <summary>
/// Reads Kafka's primitive types, big-endian, from a span. The first failure is kept: from then on every read answers a
/// default and nothing remains, so that a decoder checks <see cref="Error"/> once, at its end, and its loops stop.
/// Memory is charged against a budget before it is taken (<see cref="Limits.DecodeMemoryPerInputByte"/>).
/// </summary>
public ref struct ByteReader
{
    // Object header, type and length; a string's length is an int32, its terminator a char.
    private const int ArrayHead = 24;
    private const int StringHead = 22;

    private readonly ReadOnlySpan<byte> buffer;
    private int position;
    private long memoryLeft;

    public ByteReader(ReadOnlySpan<byte> buffer)
    {
        this.buffer = buffer;
        memoryLeft = ((long)buffer.Length * Limits.DecodeMemoryPerInputByte)
            + Limits.DecodeMemoryBase - Limits.DecodeMemorySlack;
    }

    /// <summary>The first failure, or none.</summary>
    public DecodeError Error { get; private set; }

    public readonly bool Failed => Error.IsError;

    /// <summary>Whether tagged fields that no declaration knows are kept rather than passed over.</summary>
    public bool KeepUnknownTaggedFields { get; init; }

    /// <summary>Bytes consumed so far.</summary>
    public readonly int Position => position;

    /// <summary>Bytes not yet consumed; 0 after a failure.</summary>
    public readonly int Remaining => buffer.Length - position;

    /// <summary>Records a failure at the current position, unless there was one before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Fail(DecodeErrorKind kind)
    {
        if (!Failed)
        {
            Error = new DecodeError(kind, position);
        }

        position = buffer.Length;
    }

    /// <summary>Takes <paramref name="bytes"/> of memory from the budget, or fails the reader.</summary>
    /// <returns>True where the memory may be taken.</returns>
    public bool Charge(long bytes)
    {
        memoryLeft -= bytes;
        if (memoryLeft >= 0)
        {
            return true;
        }

        Fail(DecodeErrorKind.TooMuchMemory);
        return false;
    }

    /// <summary>What an object takes on a 64-bit heap: a multiple of 8.</summary>
    private static long HeapSize(int head, long content) => (head + content + 7) & ~7L;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count <= (uint)(buffer.Length - position))
        {
            ReadOnlySpan<byte> taken = buffer.Slice(position, count);
            position += count;
            return taken;
        }

        Fail(DecodeErrorKind.Truncated);
        return default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public sbyte ReadInt8()
    {
        ReadOnlySpan<byte> bytes = Take(1);
        return bytes.IsEmpty ? default : (sbyte)bytes[0];
    }

    /// <summary>Any byte but 0 is true.</summary>
    public bool ReadBool() => ReadInt8() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public short ReadInt16()
    {
        ReadOnlySpan<byte> bytes = Take(sizeof(short));
        return bytes.IsEmpty ? default : BinaryPrimitives.ReadInt16BigEndian(bytes);
    }

    public ushort ReadUInt16() => (ushort)ReadInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadInt32()
    {
        ReadOnlySpan<byte> bytes = Take(sizeof(int));
        return bytes.IsEmpty ? default : BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    public uint ReadUInt32() => (uint)ReadInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ReadInt64()
    {
        ReadOnlySpan<byte> bytes = Take(sizeof(long));
        return bytes.IsEmpty ? default : BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    public double ReadFloat64() => BitConverter.Int64BitsToDouble(ReadInt64());

    public Uuid ReadUuid()
    {
        ReadOnlySpan<byte> bytes = Take(Uuid.Size);
        return bytes.IsEmpty ? default : Uuid.Read(bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadUnsignedVarint()
    {
        int consumed = Varint.ReadUnsigned(buffer[position..], out uint value);
        if (consumed > 0)
        {
            position += consumed;
            return value;
        }

        Fail(consumed == 0 ? DecodeErrorKind.Truncated : DecodeErrorKind.BadVarint);
        return 0;
    }

    public int ReadVarint() => Varint.UnZigZag(ReadUnsignedVarint());

    public long ReadVarlong()
    {
        int consumed = Varint.ReadUnsigned(buffer[position..], out ulong value);
        if (consumed > 0)
        {
            position += consumed;
            return Varint.UnZigZag(value);
        }

        Fail(consumed == 0 ? DecodeErrorKind.Truncated : DecodeErrorKind.BadVarint);
        return 0;
    }

    /// <summary>
    /// Consumes <paramref name="count"/> bytes and answers them, without a copy; empty after a failure.
    /// </summary>
    public ReadOnlySpan<byte> ReadSpan(int count)
    {
        if (count < 0)
        {
            Fail(DecodeErrorKind.BadLength);
            return default;
        }

        return Take(count);
    }

    /// <summary>Passes over <paramref name="count"/> bytes.</summary>
    public void Skip(int count) => ReadSpan(count);

    /// <summary>
    /// Reads the length in front of a text: int16, or an unsigned varint of length + 1. Checked against what remains,
    /// and against the int16 that Kafka bounds texts by in both forms.
    /// </summary>
    /// <returns>The length in bytes, or -1 for null.</returns>
    public int ReadStringLength(bool flexible)
    {
        int length = CheckLength(flexible ? ReadCompactLength() : ReadInt16());
        if (length <= short.MaxValue)
        {
            return length;
        }

        Fail(DecodeErrorKind.BadLength);
        return 0;
    }

    /// <summary>
    /// As <see cref="ReadStringLength"/>, for bytes and records: int32, or an unsigned varint of length + 1.
    /// </summary>
    /// <returns>The length in bytes, or -1 for null.</returns>
    public int ReadBytesLength(bool flexible) =>
        CheckLength(flexible ? ReadCompactLength() : ReadInt32());

    /// <summary>
    /// Reads the count in front of an array, checks it against the bytes that remain, and charges the memory of its
    /// elements.
    /// </summary>
    /// <param name="flexible">Unsigned varint of count + 1 rather than int32.</param>
    /// <param name="elementBytesMin">Smallest encoding of one element, in bytes; at least 1.</param>
    /// <param name="elementMemory">Memory that one element takes once decoded, in bytes.</param>
    /// <returns>The count, or -1 for null; 0 after a failure.</returns>
    public int ReadArrayLength(bool flexible, int elementBytesMin, int elementMemory)
    {
        int count = ReadElementCount(flexible, elementBytesMin);
        return count <= 0 || Charge(HeapSize(ArrayHead, (long)count * elementMemory)) ? count : 0;
    }

    /// <summary>As <see cref="ReadArrayLength"/>, for elements that stay where they are and take no memory.</summary>
    /// <returns>The count, or -1 for null; 0 after a failure.</returns>
    public int ReadElementCount(bool flexible, int elementBytesMin)
    {
        int count = flexible ? ReadCompactLength() : ReadInt32();
        if (count >= -1 && count <= Remaining / elementBytesMin)
        {
            return count;
        }

        Fail(DecodeErrorKind.BadLength);
        return 0;
    }

    private int ReadCompactLength()
    {
        uint lengthPlusOne = ReadUnsignedVarint();
        if (lengthPlusOne > int.MaxValue)
        {
            Fail(DecodeErrorKind.BadLength);
        }

        // The 0 of a failure must not look like a null.
        return Failed ? 0 : (int)lengthPlusOne - 1;
    }

    private int CheckLength(int length)
    {
        if (length >= -1 && length <= Remaining)
        {
            return length;
        }

        Fail(DecodeErrorKind.BadLength);
        return 0;
    }

    public string? ReadNullableString(bool flexible)
    {
        int length = ReadStringLength(flexible);
        if (length <= 0 || Failed)
        {
            return length < 0 ? null : "";
        }

        ReadOnlySpan<byte> bytes = Take(length);
        if (!Utf8.IsValid(bytes))
        {
            Fail(DecodeErrorKind.BadText);
            return "";
        }

        return Charge(HeapSize(StringHead, 2L * length)) ? Encoding.UTF8.GetString(bytes) : "";
    }

    public string ReadString(bool flexible) => ReadNullableString(flexible) ?? FailNull("");

    /// <summary>A copy of the bytes, or null.</summary>
    public byte[]? ReadNullableBytes(bool flexible)
    {
        int length = ReadBytesLength(flexible);
        if (length <= 0 || Failed)
        {
            return length < 0 ? null : [];
        }

        return Charge(HeapSize(ArrayHead, length)) ? Take(length).ToArray() : [];
    }

    public byte[] ReadBytes(bool flexible) => ReadNullableBytes(flexible) ?? FailNull<byte[]>([]);

    private T FailNull<T>(T fallback)
    {
        Fail(DecodeErrorKind.UnexpectedNull);
        return fallback;
    }
}
