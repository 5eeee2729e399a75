using Millrace.Protocol;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Fuzz;

/// <summary>
/// Record data: any bytes go in, no exception comes out, and what a leader would append can be read.
/// </summary>
public static class RecordTargets
{
    private static long kept;

    private const long NowMs = 1_760_000_000_000;

    private static readonly DecompressionLimits Limits = new(4 * 1024 * 1024, int.MaxValue);

    /// <summary>The walk over batches, every header field, and the checksum.</summary>
    public static void BatchHeaders(ReadOnlySpan<byte> bytes)
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

        Keep(sum + batches.Position);
    }

    /// <summary>Every record of every batch, whatever the checksums say, with headers and control keys.</summary>
    public static void Records(ReadOnlySpan<byte> bytes)
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

        Keep(sum);
    }

    /// <summary>Appends of all kinds, with the walks over compressed and plain records.</summary>
    public static void Appends(ReadOnlySpan<byte> bytes)
    {
        using BatchValidator validator = new();
        long sum = (int)BatchValidator.CheckProduceVersion(bytes, 12);
        sum += BatchValidator.CheckFollowerAppend(bytes, -1).ValidBytes;
        AppendCheck check = validator.CheckLeaderAppend(bytes, AppendRules.Default, 0, NowMs);
        if (check.Fault == RecordFault.None && check.ValidBytes > 0 && !check.NeedsRewrite)
        {
            CheckReadable(bytes[..check.ValidBytes]);
        }

        Keep(sum);
    }

    private static void CheckReadable(ReadOnlySpan<byte> accepted)
    {
        using BatchDecoder decoder = new(DecompressionLimits.Streaming);
        RecordBatches batches = new(accepted);
        while (batches.MoveNext())
        {
            RecordReader records = decoder.Read(batches.Current);
            long count = 0;
            while (records.MoveNext())
            {
                count++;
            }

            if (records.Fault != RecordFault.None || count != batches.Current.Count)
            {
                throw new FuzzFailureException($"accepted, but {records.Fault} behind {count} records.");
            }
        }
    }

    /// <summary>Keeps the compiler from leaving out what was read.</summary>
    private static void Keep(long sum) => Volatile.Write(ref kept, sum);

    public static void Gzip(ReadOnlySpan<byte> bytes) => Decompress(CompressionCodec.Gzip, 2, bytes);

    public static void Snappy(ReadOnlySpan<byte> bytes) => Decompress(CompressionCodec.Snappy, 2, bytes);

    public static void Lz4(ReadOnlySpan<byte> bytes) => Decompress(CompressionCodec.Lz4, 2, bytes);

    public static void Lz4OfMagic0(ReadOnlySpan<byte> bytes) => Decompress(CompressionCodec.Lz4, 0, bytes);

    public static void Zstd(ReadOnlySpan<byte> bytes) => Decompress(CompressionCodec.Zstd, 2, bytes);

    /// <summary>All of them, one after the other.</summary>
    public static void All(ReadOnlySpan<byte> bytes)
    {
        BatchHeaders(bytes);
        Records(bytes);
        Appends(bytes);
        Gzip(bytes);
        Snappy(bytes);
        Lz4(bytes);
        Lz4OfMagic0(bytes);
        Zstd(bytes);
    }

    /// <summary>
    /// Through a window, as batches are checked, which takes no memory for what comes out; and whole, which takes no
    /// more than it doubles to.
    /// </summary>
    private static void Decompress(CompressionCodec codec, byte magic, ReadOnlySpan<byte> bytes)
    {
        using Decompressor decompressor = new();
        decompressor.Begin(codec, magic, bytes.Length, Limits);
        Span<byte> window = stackalloc byte[1024];
        long streamed = 0;
        int read;
        while ((read = decompressor.Read(bytes, window)) > 0)
        {
            streamed += read;
        }

        CodecFault fault = decompressor.Fault;
        using NativeBuffer target = new();
        CodecFault whole = decompressor.ReadWhole(codec, magic, bytes, Limits, target, out int size);
        if (whole != fault || (whole == CodecFault.None && size != streamed))
        {
            throw new FuzzFailureException($"{codec}: {fault}, {streamed} in steps, but {whole}, {size} at once.");
        }

        if (target.Capacity > Math.Max(4096, 2L * (size + 1)))
        {
            throw new FuzzFailureException($"{codec}: {target.Capacity} bytes taken for {size}.");
        }
    }
}
