using System.IO.Compression;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Tests.Records;
using Codec = Millrace.Protocol.Compression.Codec;

namespace Millrace.Protocol.Tests.Compression;

public sealed class CodecTests : IDisposable
{
    private readonly Compressor compressor = new();
    private readonly Decompressor decompressor = new();
    private readonly NativeBuffer packed = new();
    private readonly NativeBuffer plain = new();

    public static TheoryData<CompressionCodec, int> Levels()
    {
        TheoryData<CompressionCodec, int> levels = [];
        foreach (int level in (int[])[-1, 1, 6, 9])
        {
            levels.Add(CompressionCodec.Gzip, level);
        }

        foreach (int level in (int[])[1, 2, 3, 9, 12, 17])
        {
            levels.Add(CompressionCodec.Lz4, level);
        }

        foreach (int level in (int[])[-131072, -7, 0, 1, 3, 19, 22])
        {
            levels.Add(CompressionCodec.Zstd, level);
        }

        levels.Add(CompressionCodec.Snappy, 0);
        return levels;
    }

    public static TheoryData<CompressionCodec> Codecs() =>
        [CompressionCodec.Gzip, CompressionCodec.Snappy, CompressionCodec.Lz4, CompressionCodec.Zstd];

    public void Dispose()
    {
        compressor.Dispose();
        decompressor.Dispose();
        packed.Dispose();
        plain.Dispose();
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void What_is_compressed_at_any_level_comes_back(CompressionCodec type, int level)
    {
        Random random = new(level);
        foreach (int length in (int[])[1, 100, 32_768, 32_769, 65_536, 65_537, 300_000])
        {
            byte[] noise = new byte[length];
            random.NextBytes(noise);
            RoundTrip(new Codec(type, level), noise);
            RoundTrip(new Codec(type, level), TestBatches.Text(length, length));
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Reading_in_small_steps_gives_the_same_bytes(CompressionCodec type)
    {
        byte[] text = TestBatches.Text(100_000, 3);
        byte[] payload = Compress(new Codec(type), text);
        foreach (int step in (int[])[1, 7, 4096, 99_999, 100_000, 200_000])
        {
            byte[] back = new byte[text.Length + step];
            decompressor.Begin(type, 2, payload.Length, DecompressionLimits.Streaming);
            int total = 0;
            int read;
            while ((read = decompressor.Read(payload, back.AsSpan(total, step))) > 0)
            {
                total += read;
            }

            Assert.Equal((CodecFault.None, text.Length), (decompressor.Fault, total));
            Assert.True(text.AsSpan().SequenceEqual(back.AsSpan(0, total)));
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void A_payload_cut_anywhere_is_never_taken_for_whole(CompressionCodec type)
    {
        byte[] text = TestBatches.Text(2_000, 5);
        byte[] payload = Compress(new Codec(type), text);
        for (int length = 0; length < payload.Length; length++)
        {
            CodecFault fault = decompressor.ReadWhole(
                type, 2, payload.AsSpan(0, length), DecompressionLimits.Streaming, plain, out int size);
            Assert.True(fault == CodecFault.BadData || size < text.Length, $"cut at {length}");
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void The_limits_hold_to_the_byte(CompressionCodec type)
    {
        byte[] text = TestBatches.Text(200_000, 9);
        byte[] payload = Compress(new Codec(type), text);
        Assert.Equal(CodecFault.None, Read(type, payload, new DecompressionLimits(text.Length, int.MaxValue), out _));
        CodecFault fault = Read(type, payload, new DecompressionLimits(text.Length - 1, int.MaxValue), out int size);
        Assert.Equal(CodecFault.TooLarge, fault);
        Assert.InRange(size, 0, text.Length - 1);
        Assert.Equal(CodecFault.TooLarge, Read(type, payload, new DecompressionLimits(long.MaxValue, 1), out _));
        Assert.Equal(
            CodecFault.None,
            Read(type, payload, new DecompressionLimits(long.MaxValue, (text.Length / payload.Length) + 1), out _));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Steps_allocate_nothing(CompressionCodec type)
    {
        byte[] payload = Compress(new Codec(type), TestBatches.Text(50_000, 2));
        byte[] target = new byte[60_000];
        for (int round = 0; round < 3; round++)
        {
            Step(type, payload, target);
        }

        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            Step(type, payload, target);
        }));
    }

    [Fact]
    public void Gzip_is_read_by_the_framework_and_written_by_it()
    {
        byte[] text = TestBatches.Text(70_000, 4);
        using MemoryStream ours = new(Compress(new Codec(CompressionCodec.Gzip), text));
        using GZipStream reader = new(ours, CompressionMode.Decompress);
        using MemoryStream back = new();
        reader.CopyTo(back);
        Assert.Equal(text, back.ToArray());

        byte[] theirs = FrameworkGzip(text);
        Assert.Equal(CodecFault.None, Read(CompressionCodec.Gzip, theirs, DecompressionLimits.Streaming, out int size));
        Assert.Equal(text, plain.Whole[..size].ToArray());
    }

    [Fact]
    public void Gzip_members_follow_each_other_and_what_is_no_member_is_passed_over()
    {
        byte[] first = FrameworkGzip([1, 2, 3]);
        byte[] second = FrameworkGzip([4, 5]);
        byte[] payload = [.. first, .. second, 0, 0, 7];
        CodecFault fault = Read(CompressionCodec.Gzip, payload, DecompressionLimits.Streaming, out int size);
        Assert.Equal(CodecFault.None, fault);
        Assert.Equal([1, 2, 3, 4, 5], plain.Whole[..size].ToArray());
    }

    [Fact]
    public void Snappy_streams_put_one_behind_the_other_are_one()
    {
        byte[] first = Compress(new Codec(CompressionCodec.Snappy), [1, 2, 3]);
        byte[] second = Compress(new Codec(CompressionCodec.Snappy), [4, 5]);
        byte[] payload = [.. first, .. second];
        CodecFault fault = Read(CompressionCodec.Snappy, payload, DecompressionLimits.Streaming, out int size);
        Assert.Equal(CodecFault.None, fault);
        Assert.Equal([1, 2, 3, 4, 5], plain.Whole[..size].ToArray());
    }

    [Fact]
    public void A_snappy_block_that_declares_more_than_it_can_hold_takes_no_memory()
    {
        // A length of 2^31-1 in front of three bytes.
        byte[] lie = [0xff, 0xff, 0xff, 0xff, 0x07, 0x08, 1, 2];
        Assert.Equal(CodecFault.BadData, Read(CompressionCodec.Snappy, lie, DecompressionLimits.Streaming, out _));
        Assert.InRange(plain.Capacity, 0, 8192);
    }

    [Fact]
    public void A_wrong_lz4_header_checksum_is_read_in_magic_0_alone()
    {
        byte[] payload = Compress(new Codec(CompressionCodec.Lz4), TestBatches.Text(500, 1));
        payload[6] ^= 0x55;
        Assert.Equal(CodecFault.BadData, Read(CompressionCodec.Lz4, payload, DecompressionLimits.Streaming, out _));
        CodecFault fault = decompressor.ReadWhole(
            CompressionCodec.Lz4, 0, payload, DecompressionLimits.Streaming, plain, out int size);
        Assert.Equal((CodecFault.None, 500), (fault, size));
    }

    [Fact]
    public void Lz4_blocks_that_depend_on_each_other_are_refused_as_by_Kafkas_readers()
    {
        byte[] payload = Compress(new Codec(CompressionCodec.Lz4), TestBatches.Text(500, 1));
        payload[4] &= 0xdf;
        CodecFault fault = decompressor.ReadWhole(
            CompressionCodec.Lz4, 0, payload, DecompressionLimits.Streaming, plain, out _);
        Assert.Equal(CodecFault.BadData, fault);
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip, 0, false)]
    [InlineData(CompressionCodec.Gzip, 10, false)]
    [InlineData(CompressionCodec.Lz4, 0, false)]
    [InlineData(CompressionCodec.Lz4, 18, false)]
    [InlineData(CompressionCodec.Zstd, 23, false)]
    [InlineData(CompressionCodec.Zstd, -131073, false)]
    [InlineData(CompressionCodec.Zstd, -131072, true)]
    public void Levels_have_Kafkas_ranges(CompressionCodec type, int level, bool allowed)
    {
        Assert.Equal(allowed, Codec.IsLevel(type, level));
        if (!allowed)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new Codec(type, level));
        }
    }

    private void RoundTrip(Codec codec, byte[] source)
    {
        byte[] payload = Compress(codec, source);
        Assert.Equal(CodecFault.None, Read(codec.Type, payload, DecompressionLimits.Streaming, out int size));
        Assert.True(source.AsSpan().SequenceEqual(plain.Whole[..size]), $"{codec} of {source.Length} bytes");
    }

    private byte[] Compress(Codec codec, byte[] source)
    {
        int size = compressor.Compress(codec, source, packed, at: 0);
        return packed.Whole[..size].ToArray();
    }

    private CodecFault Read(CompressionCodec type, byte[] payload, DecompressionLimits limits, out int size) =>
        decompressor.ReadWhole(type, 2, payload, limits, plain, out size);

    private void Step(CompressionCodec type, byte[] payload, byte[] target)
    {
        decompressor.Begin(type, 2, payload.Length, DecompressionLimits.Streaming);
        Assert.True(decompressor.Read(payload, target) == 50_000);
    }

    private static byte[] FrameworkGzip(byte[] source)
    {
        using MemoryStream target = new();
        using (GZipStream writer = new(target, CompressionLevel.Fastest))
        {
            writer.Write(source);
        }

        return target.ToArray();
    }
}
