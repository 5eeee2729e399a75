using Millrace.Base;

namespace Millrace.Base.Tests;

public sealed class ByteReaderTests
{
    private delegate void Read(ref ByteReader reader);


    // Every primitive with bytes that it consumes whole.
    private static readonly (string Name, byte[] Bytes, Read Read)[] Primitives =
    [
        ("int8", [0x80], (ref ByteReader reader) => Assert.Equal(sbyte.MinValue, reader.ReadInt8())),
        ("bool", [0x02], (ref ByteReader reader) => Assert.True(reader.ReadBool())),
        ("int16", [0x80, 1], (ref ByteReader reader) => Assert.Equal(-32767, reader.ReadInt16())),
        ("uint16", [0x80, 1], (ref ByteReader reader) => Assert.Equal(32769, reader.ReadUInt16())),
        ("int32", [0x80, 0, 0, 1], (ref ByteReader reader) => Assert.Equal(-2147483647, reader.ReadInt32())),
        ("uint32", [0x80, 0, 0, 1], (ref ByteReader reader) => Assert.Equal(2147483649u, reader.ReadUInt32())),
        (
            "int64",
            [1, 2, 3, 4, 5, 6, 7, 8],
            (ref ByteReader reader) => Assert.Equal(0x0102030405060708, reader.ReadInt64())),
        ("float64", [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], (ref ByteReader reader) => Assert.Equal(1.5, reader.ReadFloat64())),
        ("uuid", new byte[16], (ref ByteReader reader) => Assert.Equal(Uuid.Zero, reader.ReadUuid())),
        (
            "unsigned varint",
            [0xff, 0xff, 3],
            (ref ByteReader reader) => Assert.Equal(65535u, reader.ReadUnsignedVarint())),
        ("varint", [0x81, 1], (ref ByteReader reader) => Assert.Equal(-65, reader.ReadVarint())),
        (
            "varlong",
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            (ref ByteReader reader) => Assert.Equal(long.MinValue, reader.ReadVarlong())),
        ("span", [7, 8, 9], (ref ByteReader reader) => Assert.Equal([7, 8, 9], reader.ReadSpan(3).ToArray())),
        (
            "string",
            [0, 2, 0xc3, 0xa9],
            (ref ByteReader reader) => Assert.Equal("\u00e9", reader.ReadString(flexible: false))),
        (
            "compact string",
            [3, 0xc3, 0xa9],
            (ref ByteReader reader) => Assert.Equal("\u00e9", reader.ReadString(flexible: true))),
        (
            "bytes",
            [0, 0, 0, 2, 1, 2],
            (ref ByteReader reader) => Assert.Equal([1, 2], reader.ReadBytes(flexible: false))),
        ("compact bytes", [3, 1, 2], (ref ByteReader reader) => Assert.Equal([1, 2], reader.ReadBytes(flexible: true))),
    ];

    public static TheoryData<string> PrimitiveNames => new(Primitives.Select(primitive => primitive.Name));

    [Theory]
    [MemberData(nameof(PrimitiveNames))]
    public void A_primitive_consumes_exactly_its_bytes(string name)
    {
        (_, byte[] bytes, Read read) = Primitives.Single(primitive => primitive.Name == name);
        ByteReader reader = new([.. bytes, 0xAA]);
        read(ref reader);
        Assert.False(reader.Failed);
        Assert.Equal(bytes.Length, reader.Position);
        Assert.Equal(1, reader.Remaining);
    }

    [Theory]
    [MemberData(nameof(PrimitiveNames))]
    public void A_primitive_cut_at_any_byte_fails_the_reader_and_reads_nothing_beyond(string name)
    {
        (_, byte[] bytes, Read read) = Primitives.Single(primitive => primitive.Name == name);
        for (int length = 0; length < bytes.Length; length++)
        {
            // The bytes behind the cut are there in memory, so that reading on would succeed.
            ByteReader reader = new(bytes.AsSpan(0, length));
            try
            {
                read(ref reader);
            }
            catch (Xunit.Sdk.XunitException)
            {
                // The default that a failed read answers is not the value.
            }

            Assert.True(reader.Failed);
            Assert.Contains(reader.Error.Kind, new[] { DecodeErrorKind.Truncated, DecodeErrorKind.BadLength });
            Assert.Equal(0, reader.Remaining);
        }
    }

    [Fact]
    public void The_first_failure_is_kept_and_all_reads_after_it_answer_defaults()
    {
        ByteReader reader = new([1, 2, 3]);
        reader.ReadInt8();
        reader.ReadInt32();
        reader.Fail(DecodeErrorKind.BadText);
        Assert.Equal(new DecodeError(DecodeErrorKind.Truncated, 1), reader.Error);
        Assert.Equal(0, reader.ReadInt8());
        Assert.Equal(0, reader.ReadInt64());
        Assert.Equal(0u, reader.ReadUnsignedVarint());
        Assert.Equal(Uuid.Zero, reader.ReadUuid());
        Assert.Equal(0, reader.ReadStringLength(flexible: true));
        Assert.Equal(0, reader.ReadBytesLength(flexible: true));
        Assert.Equal(0, reader.ReadArrayLength(flexible: true, 1, 1));
        Assert.Equal(0, reader.ReadArrayLength(flexible: false, 1, 1));
        Assert.Equal("", reader.ReadString(flexible: true));
        Assert.Empty(reader.ReadBytes(flexible: false));
        Assert.Equal(new DecodeError(DecodeErrorKind.Truncated, 1), reader.Error);
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff }, false)]
    [InlineData(new byte[] { 0 }, true)]
    public void A_null_text_is_null_where_allowed_and_a_failure_elsewhere(byte[] bytes, bool flexible)
    {
        ByteReader nullable = new(bytes);
        Assert.Null(nullable.ReadNullableString(flexible));
        Assert.False(nullable.Failed);
        ByteReader required = new(bytes);
        Assert.Equal("", required.ReadString(flexible));
        Assert.Equal(DecodeErrorKind.UnexpectedNull, required.Error.Kind);
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe }, false)]
    [InlineData(new byte[] { 0x7f, 0xff, 1, 2 }, false)]
    [InlineData(new byte[] { 4, 1, 2 }, true)]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0x0f }, true)]
    public void A_text_length_below_null_or_beyond_the_input_is_refused(byte[] bytes, bool flexible)
    {
        ByteReader reader = new(bytes);
        Assert.Equal("", reader.ReadNullableString(flexible));
        Assert.Equal(DecodeErrorKind.BadLength, reader.Error.Kind);
    }

    [Fact]
    public void Text_that_is_no_utf8_is_refused()
    {
        ByteReader reader = new([0, 2, 0xc3, 0x28]);
        reader.ReadString(flexible: false);
        Assert.Equal(DecodeErrorKind.BadText, reader.Error.Kind);
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x10 })]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0 })]
    public void A_varint_of_more_than_32_bits_is_refused(byte[] bytes)
    {
        ByteReader reader = new(bytes);
        Assert.Equal(0u, reader.ReadUnsignedVarint());
        Assert.Equal(DecodeErrorKind.BadVarint, reader.Error.Kind);
    }

    [Fact]
    public void A_varlong_of_more_than_64_bits_is_refused()
    {
        ByteReader reader = new([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]);
        Assert.Equal(0, reader.ReadVarlong());
        Assert.Equal(DecodeErrorKind.BadVarint, reader.Error.Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(1000)]
    public void An_array_count_is_bounded_by_the_bytes_that_its_elements_need(int count)
    {
        byte[] bytes = new byte[4 + (2 * 8)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, count);
        ByteReader reader = new(bytes);
        int read = reader.ReadArrayLength(flexible: false, elementBytesMin: 8, elementMemory: 8);
        Assert.Equal(count <= 2 ? count : 0, read);
        Assert.Equal(count > 2 ? DecodeErrorKind.BadLength : DecodeErrorKind.None, reader.Error.Kind);
    }

    [Fact]
    public void Memory_beyond_the_budget_is_refused_before_it_is_taken()
    {
        byte[] bytes = new byte[4 + 1000];
        long budget = BudgetFor(bytes);
        ByteReader within = new(bytes);
        Assert.True(within.Charge(budget));
        Assert.False(within.Charge(1));
        Assert.Equal(DecodeErrorKind.TooMuchMemory, within.Error.Kind);

        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, 1000);
        ByteReader array = new(bytes);
        Assert.Equal(0, array.ReadArrayLength(flexible: false, elementBytesMin: 1, elementMemory: 100));
        Assert.Equal(DecodeErrorKind.TooMuchMemory, array.Error.Kind);
    }

    [Fact]
    public void Elements_that_stay_in_place_are_counted_against_the_bytes_but_charge_no_memory()
    {
        byte[] bytes = new byte[4 + 1000];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, 1000);
        ByteReader reader = new(bytes);
        Assert.True(reader.Charge(BudgetFor(bytes)));
        Assert.Equal(1000, reader.ReadElementCount(flexible: false, elementBytesMin: 1));
        Assert.False(reader.Failed);

        ByteReader tooMany = new(bytes);
        Assert.Equal(0, tooMany.ReadElementCount(flexible: false, elementBytesMin: 2));
        Assert.Equal(DecodeErrorKind.BadLength, tooMany.Error.Kind);
    }

    [Fact]
    public void A_negative_span_is_refused()
    {
        ByteReader reader = new([1, 2, 3]);
        Assert.True(reader.ReadSpan(-1).IsEmpty);
        Assert.Equal(DecodeErrorKind.BadLength, reader.Error.Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_reads_of_random_bytes_stay_in_bounds(int seed)
    {
        Random random = new(seed);
        byte[] bytes = new byte[64];
        for (int round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            ByteReader reader = new(bytes.AsSpan(0, random.Next(bytes.Length)));
            while (reader.Remaining > 0)
            {
                int before = reader.Position;
                ReadAny(ref reader, random.Next(12), flexible: random.Next(2) == 0);
                Assert.InRange(reader.Position, before, bytes.Length);
            }
        }
    }

    private static void ReadAny(ref ByteReader reader, int what, bool flexible)
    {
        switch (what)
        {
            case 0: reader.ReadInt8(); break;
            case 1: reader.ReadInt16(); break;
            case 2: reader.ReadInt32(); break;
            case 3: reader.ReadInt64(); break;
            case 4: reader.ReadUuid(); break;
            case 5: reader.ReadUnsignedVarint(); break;
            case 6: reader.ReadVarint(); break;
            case 7: reader.ReadVarlong(); break;
            case 8: reader.ReadNullableString(flexible); break;
            case 9: reader.ReadNullableBytes(flexible); break;
            case 10: reader.ReadArrayLength(flexible, 3, 16); break;
            default: reader.ReadSpan(reader.ReadInt8()); break;
        }
    }

    private static long BudgetFor(byte[] input) =>
        (input.Length * (long)Limits.DecodeMemoryPerInputByte) + Limits.DecodeMemoryBase - Limits.DecodeMemorySlack;
}
