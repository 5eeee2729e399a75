using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Tests.Transactions;

/// <summary>Reads what was appended to a simulated log.</summary>
internal static class RecordReading
{
    public static void Single(byte[] batch, out byte[] key, out byte[] value)
    {
        List<(byte[] Key, byte[]? Value)> all = All(batch);
        (key, byte[]? read) = Assert.Single(all);
        value = read ?? [];
    }

    public static List<(byte[] Key, byte[]? Value)> All(byte[] batch)
    {
        using BatchDecoder decoder = new(new DecompressionLimits(1 << 20, int.MaxValue));
        RecordReader reader = decoder.Read(new RecordBatch(batch));
        List<(byte[] Key, byte[]? Value)> records = [];
        while (reader.MoveNext())
        {
            Protocol.Records.Record record = reader.Current;
            records.Add((record.Key.ToArray(), record.HasValue ? record.Value.ToArray() : null));
        }

        return records;
    }
}
