using BenchmarkDotNet.Attributes;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Bench;

/// <summary>
/// A leader's check of a batch of 16 records of 1,000 bytes, beside its checksum alone. Goals: within 1.15 of the
/// checksum where nothing is compressed, and no memory taken whatever the codec.
/// </summary>
public class RecordValidationBenchmarks : IDisposable
{
    private readonly BatchValidator validator = new();
    private readonly BatchDecoder decoder = new(DecompressionLimits.Streaming);
    private byte[] batch = [];

    [Params(
        CompressionCodec.None, CompressionCodec.Gzip, CompressionCodec.Snappy, CompressionCodec.Lz4,
        CompressionCodec.Zstd)]
    public CompressionCodec Codec { get; set; }

    [GlobalSetup]
    public void Setup() => batch = RecordSamples.Batch(new Codec(Codec), records: 16, valueBytes: 1000);

    [Benchmark(Baseline = true)]
    public uint Checksum() => BatchChecksum.Compute(batch);

    [Benchmark]
    public AppendCheck CheckLeaderAppend() =>
        validator.CheckLeaderAppend(batch, AppendRules.Default, leaderEpoch: 0, RecordSamples.TimeMs);

    [Benchmark]
    public AppendCheck CheckFollowerAppend() => BatchValidator.CheckFollowerAppend(batch, nextOffset: 0);

    /// <summary>Every key and value, decompressed into kept memory where they are compressed.</summary>
    [Benchmark]
    public long Iterate()
    {
        long bytes = 0;
        RecordReader records = decoder.Read(new RecordBatch(batch));
        while (records.MoveNext())
        {
            bytes += records.Current.Key.Length + records.Current.Value.Length;
        }

        return bytes;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        validator.Dispose();
        decoder.Dispose();
        GC.SuppressFinalize(this);
    }
}
