using Millrace.Base;

namespace Millrace.Base.Tests;

public sealed class UuidTests
{
    // Each text was given by Kafka for its topic or directory ids.
    [Theory]
    [InlineData(0UL, 0UL, "AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData(0UL, 1UL, "AAAAAAAAAAAAAAAAAAAAAQ")]
    [InlineData(ulong.MaxValue, ulong.MaxValue, "_____________________w")]
    [InlineData(0xb4f5_99c5_b527_07f5UL, 0x989d_c604_7dcc_7459UL, "tPWZxbUnB_WYncYEfcx0WQ")]
    [InlineData(0xd397_0138_8f46_5c3bUL, 0xf9fa_33ff_1800_fcc3UL, "05cBOI9GXDv5-jP_GAD8ww")]
    public void Text_and_bytes_are_two_forms_of_one_id(ulong high, ulong low, string text)
    {
        Uuid id = new(high, low);
        Assert.Equal(text, id.ToString());
        Assert.True(Uuid.TryParse(text, out Uuid parsed));
        Assert.Equal(id, parsed);
        Assert.True(Uuid.TryParse(text + "==", out parsed));
        Assert.Equal(id, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA===")]
    [InlineData("AAAAAAAAAAAAAAAAAAA+AA")]
    [InlineData("AAAAAAAAAAAAAAAAAAA/AA")]
    [InlineData("AAAAAAAAAAAAAAAAAAA AA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAä\u00dfA")]
    public void What_Kafka_refuses_is_refused(string? text) => Assert.False(Uuid.TryParse(text, out _));

    [Fact]
    public void Surplus_bits_of_the_last_character_are_ignored_as_Kafka_does()
    {
        Assert.True(Uuid.TryParse("AAAAAAAAAAAAAAAAAAAAAf", out Uuid id));
        Assert.Equal(Uuid.One, id);
    }

    [Fact]
    public void Random_ids_are_version_4_come_back_from_text_and_never_start_with_a_dash()
    {
        Random random = new(7);
        HashSet<Uuid> seen = [];
        for (int round = 0; round < 2000; round++)
        {
            Uuid id = Uuid.NewRandom(random);
            Assert.Equal(4u, (uint)(id.High >> 12) & 0xf);
            Assert.Equal(2u, (uint)(id.Low >> 62));
            Assert.False(id.IsReserved);
            Assert.NotEqual('-', id.ToString()[0]);
            Assert.True(Uuid.TryParse(id.ToString(), out Uuid back));
            Assert.Equal(id, back);
            Assert.True(seen.Add(id));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_ids() =>
        Assert.Equal(Uuid.NewRandom(new Random(3)), Uuid.NewRandom(new Random(3)));

    [Theory]
    [InlineData(0UL, 0UL, true)]
    [InlineData(0UL, 99UL, true)]
    [InlineData(0UL, 100UL, false)]
    [InlineData(1UL, 0UL, false)]
    public void The_first_hundred_ids_are_reserved(ulong high, ulong low, bool reserved) =>
        Assert.Equal(reserved, new Uuid(high, low).IsReserved);

    [Fact]
    public void Ids_are_ordered_by_signed_halves_as_in_Kafka()
    {
        Uuid[] ordered =
        [
            new(0x8000_0000_0000_0000, 0), new(ulong.MaxValue, 5), new(0, ulong.MaxValue),
            new(0, 0), new(0, 1), new(1, 0),
        ];
        Assert.Equal(ordered, ordered.Reverse().Order());
    }

    [Fact]
    public void Bytes_are_big_endian()
    {
        byte[] bytes = Enumerable.Range(1, Uuid.Size).Select(value => (byte)value).ToArray();
        Uuid id = Uuid.Read(bytes);
        Assert.Equal(new Uuid(0x0102_0304_0506_0708, 0x090a_0b0c_0d0e_0f10), id);
        byte[] back = new byte[Uuid.Size];
        id.Write(back);
        Assert.Equal(bytes, back);
    }
}
