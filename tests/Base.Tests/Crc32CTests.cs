using Millrace.Base;
using Lanes = Millrace.Base.Crc32CLanes<Millrace.Base.X64CrcUnit>;
using X86 = System.Runtime.Intrinsics.X86;

namespace Millrace.Base.Tests;

public sealed class Crc32CTests
{
    private const int DenseLengthMax = 1100;

    // Known answers of RFC 3720, appendix B.4, and the usual check value of the nine digits.
    public static TheoryData<byte[], uint> KnownAnswers => new()
    {
        { "123456789"u8.ToArray(), 0xE306_9283 },
        { new byte[32], 0x8A91_36AA },
        { Enumerable.Repeat((byte)0xff, 32).ToArray(), 0x62A8_AB43 },
        { Enumerable.Range(0, 32).Select(value => (byte)value).ToArray(), 0x46DD_794E },
        { Enumerable.Range(0, 32).Select(value => (byte)(31 - value)).ToArray(), 0x113F_DB5C },
        { [], 0 },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Published_answers_are_met(byte[] data, uint expected) => Assert.Equal(expected, Crc32C.Compute(data));

    [Fact]
    public void Every_path_agrees_with_the_bit_by_bit_sum_at_every_length_and_alignment()
    {
        byte[] data = RandomBytes(seed: 1, DenseLengthMax + 8);
        for (int length = 0; length <= DenseLengthMax; length++)
        {
            ReadOnlySpan<byte> part = data.AsSpan(length & 7, length);
            AssertAllPaths(BitByBit(part), part);
        }
    }

    [Fact]
    public void Every_path_agrees_with_the_bit_by_bit_sum_on_long_inputs()
    {
        Random random = new(2);
        int[] edges = [4031, 4032, 4033, 8064, 16 * 1024, 64 * 1024, 1024 * 1024];
        foreach (int length in edges.Concat(Enumerable.Range(0, 40).Select(_ => random.Next(1100, 100_000))))
        {
            byte[] data = RandomBytes(seed: length, length);
            AssertAllPaths(BitByBit(data), data);
        }
    }

    [Fact]
    public void A_sum_may_be_continued_at_any_byte()
    {
        byte[] data = RandomBytes(seed: 3, 2000);
        uint whole = Crc32C.Compute(data);
        for (int split = 0; split <= data.Length; split++)
        {
            Assert.Equal(whole, Crc32C.Append(Crc32C.Compute(data.AsSpan(0, split)), data.AsSpan(split)));
        }
    }

    [Fact]
    public void Sums_of_two_parts_combine_into_that_of_the_whole()
    {
        byte[] data = RandomBytes(seed: 4, 5000);
        uint whole = Crc32C.Compute(data);
        for (int split = 0; split <= data.Length; split += 37)
        {
            uint first = Crc32C.Compute(data.AsSpan(0, split));
            uint second = Crc32C.Compute(data.AsSpan(split));
            Assert.Equal(whole, Crc32C.Combine(first, second, data.Length - split));
        }
    }

    [Fact]
    public void The_constants_that_move_a_lane_are_the_powers_that_they_claim_to_be()
    {
        Assert.Equal(Lanes.OverTwoLongLanes, Crc32C.PowerOfX((8 * 2 * Lanes.LongLane) - 33));
        Assert.Equal(Lanes.OverOneLongLane, Crc32C.PowerOfX((8 * Lanes.LongLane) - 33));
        Assert.Equal(Lanes.OverTwoMiddleLanes, Crc32C.PowerOfX((8 * 2 * Lanes.MiddleLane) - 33));
        Assert.Equal(Lanes.OverOneMiddleLane, Crc32C.PowerOfX((8 * Lanes.MiddleLane) - 33));
        Assert.Equal(Lanes.OverTwoShortLanes, Crc32C.PowerOfX((8 * 2 * Lanes.ShortLane) - 33));
        Assert.Equal(Lanes.OverOneShortLane, Crc32C.PowerOfX((8 * Lanes.ShortLane) - 33));
    }

    [Fact]
    public void Summing_allocates_nothing()
    {
        byte[] data = RandomBytes(seed: 5, 16 * 1024);
        uint sum = Crc32C.Compute(data);
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                sum ^= Crc32C.Append(sum, data);
            }
        }));
    }

    private static void AssertAllPaths(uint expected, ReadOnlySpan<byte> data)
    {
        Assert.Equal(expected, Crc32C.Compute(data));
        Assert.Equal(expected, ~Crc32CTable.Update(uint.MaxValue, data));

        // The three lanes over portable arithmetic: the same code that runs on arm64, on whatever machine this is.
        Assert.Equal(expected, ~Crc32CLanes<PortableCrcUnit>.Update(uint.MaxValue, data));
        if (X86.Sse42.X64.IsSupported && X86.Pclmulqdq.IsSupported)
        {
            Assert.Equal(expected, ~Crc32CLanes<X64CrcUnit>.Update(uint.MaxValue, data));
        }

        if (System.Runtime.Intrinsics.Arm.Crc32.Arm64.IsSupported && System.Runtime.Intrinsics.Arm.Aes.IsSupported)
        {
            Assert.Equal(expected, ~Crc32CLanes<Arm64CrcUnit>.Update(uint.MaxValue, data));
        }
    }

    private static byte[] RandomBytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static uint BitByBit(ReadOnlySpan<byte> data)
    {
        uint register = uint.MaxValue;
        foreach (byte value in data)
        {
            register ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                register = (register & 1) != 0 ? (register >> 1) ^ Crc32C.Polynomial : register >> 1;
            }
        }

        return ~register;
    }

    /// <summary>The arithmetic of <see cref="ICrcUnit"/> without any instruction for it.</summary>
    private readonly struct PortableCrcUnit : ICrcUnit
    {
        public static uint Step(uint register, byte value) => Crc32CTable.Update(register, [value]);

        public static uint Step(uint register, ulong word) => Crc32CTable.Step(register, word);

        public static ulong Multiply(uint left, uint right)
        {
            ulong product = 0;
            for (int bit = 0; bit < 32; bit++)
            {
                product ^= ((left >> bit) & 1) != 0 ? (ulong)right << bit : 0;
            }

            return product;
        }
    }
}
