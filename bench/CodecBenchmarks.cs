using BenchmarkDotNet.Attributes;
using Millrace.Protocol.Compression;

namespace Millrace.Bench;

/// <summary>
/// One payload of 64 KiB through each codec: whole, and through a small window, which shows what streaming adds.
/// </summary>
public class CodecBenchmarks : IDisposable
{
    private const int PlainBytes = 64 * 1024;

    private readonly Compressor compressor = new();
    private readonly Decompressor decompressor = new();
    private readonly NativeBuffer packed = new();
    private readonly byte[] target = new byte[PlainBytes + 1];
    private byte[] plain = [];
    private byte[] payload = [];

    [Params(CompressionCodec.Gzip, CompressionCodec.Snappy, CompressionCodec.Lz4, CompressionCodec.Zstd)]
    public CompressionCodec Codec { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        plain = RecordSamples.Text(PlainBytes, seed: 1);
        payload = packed.Whole[..Compress()].ToArray();
    }

    [Benchmark]
    public int Compress() => compressor.Compress(new Codec(Codec), plain, packed, at: 0);

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
        compressor.Dispose();
        decompressor.Dispose();
        packed.Dispose();
        GC.SuppressFinalize(this);
    }
}
