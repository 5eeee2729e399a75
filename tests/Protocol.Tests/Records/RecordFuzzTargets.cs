using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Protocol.Tests.Records;

/// <summary>
/// One entry point for each decoder of record data, for a coverage-guided fuzzer and for the seeded mutations here: any
/// bytes go in, and no exception comes out.
/// </summary>
public static class RecordFuzzTargets
{
    private static readonly DecompressionLimits Limits = new(4 * 1024 * 1024, int.MaxValue);

    /// <summary>The walk over batches, every header field, and the checksum.</summary>
    public static long BatchHeaders(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        RecordBatches batches = new(bytes);
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            sum += batch.BaseOffset + batch.LastOffset + batch.NextOffset + batch.PartitionLeaderEpoch + batch.Crc;
            sum += batch.Attributes + (int)batch.Codec + (int)batch.TimestampType + batch.BaseTimestamp;
            sum += batch.MaxTimestamp + batch.ProducerId + batch.ProducerEpoch;
            sum += batch.BaseSequence + batch.LastSequence;
            sum += batch.Count + batch.DeleteHorizonMs + batch.Payload.Length + (int)batch.Check();
            sum += (batch.IsTransactional ? 1 : 0) + (batch.IsControl ? 2 : 0);
        }

        return sum + batches.Position;
    }

    /// <summary>Every record of every batch, whatever the checksums say, with headers and control keys.</summary>
    public static long Records(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        using BatchDecoder decoder = new(Limits);
        RecordBatches batches = new(bytes);
        while (batches.MoveNext())
        {
            RecordReader records = decoder.Read(batches.Current);
            while (records.MoveNext())
            {
                sum += records.Current.Offset + records.Current.Timestamp + records.Current.Sequence;
                sum += records.Current.Key.Length + records.Current.Value.Length;
                _ = ControlRecord.TryReadType(records.Current.Key, out ControlRecordType type);
                _ = ControlRecord.TryReadCoordinatorEpoch(records.Current.Value, out int epoch);
                sum += (int)type + epoch;
                foreach (RecordHeader header in records.Current.Headers)
                {
                    sum += header.Key.Length + header.Value.Length;
                }
            }
        }

        return sum;
    }

    /// <summary>Appends of all kinds, with the walks over compressed and plain records.</summary>
    public static long Appends(ReadOnlySpan<byte> bytes)
    {
        using BatchValidator validator = new();
        long sum = (int)BatchValidator.CheckProduceVersion(bytes, 12);
        sum += BatchValidator.CheckFollowerAppend(bytes, -1).ValidBytes;
        return sum + validator.CheckLeaderAppend(bytes, AppendRules.Default, 0, TestBatches.Time).ValidBytes;
    }

    public static long Gzip(ReadOnlySpan<byte> bytes) => Decompress(CompressionCodec.Gzip, 2, bytes);

    public static long Snappy(ReadOnlySpan<byte> bytes) => Decompress(CompressionCodec.Snappy, 2, bytes);

    public static long Lz4(ReadOnlySpan<byte> bytes) => Decompress(CompressionCodec.Lz4, 2, bytes);

    public static long Lz4OfMagic0(ReadOnlySpan<byte> bytes) => Decompress(CompressionCodec.Lz4, 0, bytes);

    public static long Zstd(ReadOnlySpan<byte> bytes) => Decompress(CompressionCodec.Zstd, 2, bytes);

    /// <summary>All of them, one after the other.</summary>
    public static long All(ReadOnlySpan<byte> bytes) =>
        BatchHeaders(bytes) + Records(bytes) + Appends(bytes) + Gzip(bytes) + Snappy(bytes) + Lz4(bytes)
            + Lz4OfMagic0(bytes) + Zstd(bytes);

    private static long Decompress(CompressionCodec codec, byte magic, ReadOnlySpan<byte> bytes)
    {
        using Decompressor decompressor = new();
        using NativeBuffer target = new();
        CodecFault fault = decompressor.ReadWhole(codec, magic, bytes, Limits, target, out int size);
        return (int)fault + size;
    }
}
