using Millrace.Base;

namespace Millrace.Base.Tests;

public sealed class ByteWriterTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_written_reads_back_and_has_the_size_announced(bool flexible)
    {
        string long1 = new('x', 200);
        int size = 1 + 1 + 2 + 2 + 4 + 4 + 8 + 8 + 16
            + Varint.SizeUnsigned(300u) + Varint.SizeSigned(-5) + Varint.SizeSigned(long.MinValue)
            + ByteWriter.SizeOfString(long1, flexible) + ByteWriter.SizeOfString("\u00e9", flexible)
            + ByteWriter.SizeOfString(null, flexible) + ByteWriter.SizeOfString("", flexible)
            + ByteWriter.SizeOfBytes([1, 2], flexible) + ByteWriter.SizeOfBytes(null, flexible)
            + ByteWriter.SizeOfLength(-1, flexible) + ByteWriter.SizeOfLength(70_000, flexible);
        ByteWriter writer = new(new byte[size]);
        writer.WriteInt8(-1);
        writer.WriteBool(true);
        writer.WriteInt16(-2);
        writer.WriteUInt16(65535);
        writer.WriteInt32(-3);
        writer.WriteUInt32(uint.MaxValue);
        writer.WriteInt64(-4);
        writer.WriteFloat64(1.5);
        writer.WriteUuid(new Uuid(1, 2));
        writer.WriteUnsignedVarint(300);
        writer.WriteVarint(-5);
        writer.WriteVarlong(long.MinValue);
        writer.WriteString(long1, flexible);
        writer.WriteString("\u00e9", flexible);
        writer.WriteString(null, flexible);
        writer.WriteString("", flexible);
        writer.WriteBytes([1, 2], flexible);
        writer.WriteBytes(null, flexible);
        writer.WriteLength(-1, flexible);
        writer.WriteLength(70_000, flexible);
        Assert.Equal(size, writer.Position);

        ByteReader reader = new(writer.Written);
        Assert.Equal(-1, reader.ReadInt8());
        Assert.True(reader.ReadBool());
        Assert.Equal(-2, reader.ReadInt16());
        Assert.Equal(65535, reader.ReadUInt16());
        Assert.Equal(-3, reader.ReadInt32());
        Assert.Equal(uint.MaxValue, reader.ReadUInt32());
        Assert.Equal(-4, reader.ReadInt64());
        Assert.Equal(1.5, reader.ReadFloat64());
        Assert.Equal(new Uuid(1, 2), reader.ReadUuid());
        Assert.Equal(300u, reader.ReadUnsignedVarint());
        Assert.Equal(-5, reader.ReadVarint());
        Assert.Equal(long.MinValue, reader.ReadVarlong());
        Assert.Equal(long1, reader.ReadString(flexible));
        Assert.Equal("\u00e9", reader.ReadString(flexible));
        Assert.Null(reader.ReadNullableString(flexible));
        Assert.Equal("", reader.ReadString(flexible));
        Assert.Equal([1, 2], reader.ReadBytes(flexible));
        Assert.Null(reader.ReadNullableBytes(flexible));
        Assert.Equal(0, reader.Error.Position);
        Assert.False(reader.Failed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Nothing_is_written_past_the_end(int length)
    {
        byte[] memory = new byte[16];
        Assert.ThrowsAny<ArgumentException>(() => new ByteWriter(memory.AsSpan(0, length)).WriteInt64(-1));
        Assert.ThrowsAny<IndexOutOfRangeException>(() => new ByteWriter(default).WriteUnsignedVarint(1));
        Assert.Equal(new byte[16], memory);
    }

    [Fact]
    public void A_text_too_long_for_its_length_is_our_own_fault() =>
        Assert.Throws<OverflowException>(
            () => new ByteWriter(new byte[40_000]).WriteString(new string('x', 32_768), false));
}
