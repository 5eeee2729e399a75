using BenchmarkDotNet.Attributes;
using Millrace.Protocol.Compression;

namespace Millrace.Bench;

/// <summary>
/// 64 KiB into each codec at its default level, beside the bare calls of its library. snappy makes Kafka's blocks of
/// 32 KiB here, and one there.
/// </summary>
public class CompressBenchmarks : IDisposable
{
    private readonly Compressor compressor = new();
    private readonly NativeBuffer packed = new();
    private readonly byte[] plain = RecordSamples.Text(64 * 1024, seed: 1);
    private RawCodec? raw;

    [Params(CompressionCodec.Gzip, CompressionCodec.Snappy, CompressionCodec.Lz4, CompressionCodec.Zstd)]
    public CompressionCodec Codec { get; set; }

    [GlobalSetup]
    public void Setup() => raw = new RawCodec(new Codec(Codec), plain);

    [Benchmark(Baseline = true)]
    public nuint BareCall() => raw!.Compress();

    [Benchmark]
    public int Compress() => compressor.Compress(new Codec(Codec), plain, packed, at: 0);

    [GlobalCleanup]
    public void Dispose()
    {
        compressor.Dispose();
        packed.Dispose();
        raw?.Dispose();
        GC.SuppressFinalize(this);
    }
}
