using BenchmarkDotNet.Attributes;
using Millrace.Protocol.Compression;

namespace Millrace.Bench;

/// <summary>
/// One payload of 64 KiB out of each codec: whole, and through a small window, which shows what streaming adds, beside
/// the bare call of its library. snappy's goes through Kafka's blocks of 32 KiB here, and through one bare call there.
/// </summary>
public class DecompressBenchmarks : IDisposable
{
    private const int PlainBytes = 64 * 1024;

    private readonly Decompressor decompressor = new();
    private readonly byte[] target = new byte[PlainBytes + 1];
    private RawCodec? raw;
    private byte[] payload = [];

    [Params(CompressionCodec.Gzip, CompressionCodec.Snappy, CompressionCodec.Lz4, CompressionCodec.Zstd)]
    public CompressionCodec Codec { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        byte[] plain = RecordSamples.Text(PlainBytes, seed: 1);
        using Compressor compressor = new();
        using NativeBuffer packed = new();
        int size = compressor.Compress(new Codec(Codec), plain, packed, at: 0);
        payload = packed.Whole[..size].ToArray();
        raw = new RawCodec(new Codec(Codec), plain);
    }

    [Benchmark(Baseline = true)]
    public nuint BareCall() => raw!.Decompress();

    [Benchmark]
    public int DecompressAtOnce()
    {
        decompressor.Begin(Codec, magic: 2, payload.Length, DecompressionLimits.Streaming);
        return decompressor.Read(payload, target);
    }

    [Benchmark]
    public int DecompressThroughWindow()
    {
        decompressor.Begin(Codec, magic: 2, payload.Length, DecompressionLimits.Streaming);
        int total = 0;
        int read;
        while ((read = decompressor.Read(payload, target.AsSpan(0, 4096))) > 0)
        {
            total += read;
        }

        return total;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        decompressor.Dispose();
        raw?.Dispose();
        GC.SuppressFinalize(this);
    }
}
