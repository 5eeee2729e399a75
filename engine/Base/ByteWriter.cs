using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Millrace.Base;

/// <summary>
/// Writes Kafka's primitive types, big-endian, into a span that the caller sized beforehand. A span that is too small
/// is our own fault, so the framework's bounds checks throw; nothing is written past its end.
/// </summary>
public ref struct ByteWriter
{
    private readonly Span<byte> buffer;
    private int position;

    public ByteWriter(Span<byte> buffer) => this.buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public readonly int Position => position;

    /// <summary>What was written so far.</summary>
    public readonly Span<byte> Written => buffer[..position];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Take(int count)
    {
        Span<byte> taken = buffer.Slice(position, count);
        position += count;
        return taken;
    }

    public void WriteInt8(sbyte value) => Take(1)[0] = (byte)value;

    public void WriteBool(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), value);

    public void WriteUInt16(ushort value) => WriteInt16((short)value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), value);

    public void WriteUInt32(uint value) => WriteInt32((int)value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), value);

    public void WriteFloat64(double value) => WriteInt64(BitConverter.DoubleToInt64Bits(value));

    public void WriteUuid(Uuid value) => value.Write(Take(Uuid.Size));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUnsignedVarint(uint value) => position += Varint.WriteUnsigned(buffer[position..], value);

    public void WriteVarint(int value) => WriteUnsignedVarint(Varint.ZigZag(value));

    public void WriteVarlong(long value) => position += Varint.WriteUnsigned(buffer[position..], Varint.ZigZag(value));

    /// <summary>Copies bytes without a length in front.</summary>
    public void WriteSpan(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Length in front of a text: int16, or an unsigned varint of length + 1; -1 for null.</summary>
    public void WriteStringLength(int length, bool flexible)
    {
        if (flexible)
        {
            WriteUnsignedVarint((uint)(length + 1));
        }
        else
        {
            WriteInt16(checked((short)length));
        }
    }

    /// <summary>
    /// Length in front of bytes, records and arrays: int32, or an unsigned varint of length + 1; -1 for null.
    /// </summary>
    public void WriteLength(int length, bool flexible)
    {
        if (flexible)
        {
            WriteUnsignedVarint((uint)(length + 1));
        }
        else
        {
            WriteInt32(length);
        }
    }

    public void WriteString(string? value, bool flexible)
    {
        if (value is null)
        {
            WriteStringLength(-1, flexible);
            return;
        }

        int length = Encoding.UTF8.GetByteCount(value);
        WriteStringLength(length, flexible);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    public void WriteBytes(byte[]? value, bool flexible)
    {
        WriteLength(value?.Length ?? -1, flexible);
        WriteSpan(value);
    }

    /// <summary>Size in bytes of a text with its length.</summary>
    public static int SizeOfString(string? value, bool flexible)
    {
        int length = value is null ? 0 : Encoding.UTF8.GetByteCount(value);
        return length + (flexible ? Varint.SizeUnsigned(value is null ? 0u : (uint)(length + 1)) : sizeof(short));
    }

    /// <summary>Size in bytes of a byte array with its length.</summary>
    public static int SizeOfBytes(byte[]? value, bool flexible) =>
        (value?.Length ?? 0) + SizeOfLength(value?.Length ?? -1, flexible);

    /// <summary>Size in bytes of the length in front of bytes, records and arrays.</summary>
    public static int SizeOfLength(int length, bool flexible) =>
        flexible ? Varint.SizeUnsigned((uint)(length + 1)) : sizeof(int);
}
