using System.Text;
using Millrace.Base;

namespace Millrace.Protocol.Records;

/// <summary>Writes one record of magic 2 into a span of just its size.</summary>
internal static class RecordEncoder
{
    /// <summary>What the record takes behind its size, in bytes.</summary>
    public static int SizeOf(
        long timestampDelta, int offsetDelta, RecordField key, RecordField value, int headerCount, int headerBytes) =>
        checked(1 + Varint.SizeSigned(timestampDelta) + Varint.SizeSigned(offsetDelta) + SizeOf(key) + SizeOf(value)
            + Varint.SizeSigned(headerCount) + headerBytes);

    public static int SizeOf(NewHeader header)
    {
        int keyLength = Encoding.UTF8.GetByteCount(header.Key);
        return Varint.SizeSigned(keyLength) + keyLength + SizeOf(header.Value);
    }

    /// <summary>Writes everything but the headers, for which room is left.</summary>
    public static void Write(
        Span<byte> target, int bodySize, long timestampDelta, int offsetDelta, RecordField key, RecordField value,
        int headerCount)
    {
        ByteWriter writer = new(target);
        writer.WriteVarint(bodySize);
        writer.WriteInt8(0);
        writer.WriteVarlong(timestampDelta);
        writer.WriteVarint(offsetDelta);
        Write(ref writer, key);
        Write(ref writer, value);
        writer.WriteVarint(headerCount);
    }

    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> target, NewHeader header)
    {
        int keyLength = Encoding.UTF8.GetByteCount(header.Key);
        int position = Varint.WriteUnsigned(target, Varint.ZigZag(keyLength));
        position += Encoding.UTF8.GetBytes(header.Key, target[position..]);
        ByteWriter writer = new(target[position..]);
        Write(ref writer, header.Value);
        return position + writer.Position;
    }

    private static int SizeOf(RecordField field) =>
        field.IsPresent ? Varint.SizeSigned(field.Bytes.Length) + field.Bytes.Length : Varint.SizeSigned(-1);

    private static void Write(ref ByteWriter writer, RecordField field)
    {
        writer.WriteVarint(field.IsPresent ? field.Bytes.Length : -1);
        writer.WriteSpan(field.Bytes);
    }
}
