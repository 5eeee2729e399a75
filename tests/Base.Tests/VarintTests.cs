using Millrace.Base;

namespace Millrace.Base.Tests;

public sealed class VarintTests
{
    [Theory]
    [InlineData(0u, 1)]
    [InlineData(127u, 1)]
    [InlineData(128u, 2)]
    [InlineData(uint.MaxValue, 5)]
    public void Unsigned_values_come_back_in_their_smallest_size(uint value, int size)
    {
        Span<byte> bytes = stackalloc byte[Varint.MaxBytes32];
        Assert.Equal(size, Varint.WriteUnsigned(bytes, value));
        Assert.Equal(size, Varint.SizeUnsigned(value));
        Assert.Equal(size, Varint.ReadUnsigned(bytes, out uint back));
        Assert.Equal(value, back);
    }

    [Fact]
    public void A_fifth_byte_beyond_32_bits_is_an_overflow() =>
        Assert.Equal(-1, Varint.ReadUnsigned([0xff, 0xff, 0xff, 0xff, 0x10], out uint _));
}
