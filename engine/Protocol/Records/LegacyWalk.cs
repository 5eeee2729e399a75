using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>
/// Checks the messages of one entry of magic 0 or 1 before they are rewritten: structure, inner checksums, rules.
/// </summary>
internal sealed class LegacyWalk : IDisposable
{
    /// <summary>
    /// Wrapped messages are decompressed whole. Clients that still send them were written when 1 MB was the largest
    /// set; this is 64 times that, and as much as a sent bomb costs.
    /// </summary>
    public static readonly DecompressionLimits Limits = new(64 * 1024 * 1024, int.MaxValue);

    private readonly BatchDecoder decoder = new(Limits);

    /// <param name="messages">Messages that it holds: the offsets it will take.</param>
    public RecordFault Check(RecordBatch entry, RecordRules rules, out long messages)
    {
        messages = 0;
        RecordReader reader = decoder.Read(entry);
        while (reader.MoveNext())
        {
            Record record = reader.Current;
            rules.TakeTimestamp((int)messages, record.Timestamp, record.HasKey);
            messages++;
        }

        return reader.Fault;
    }

    public void Dispose() => decoder.Dispose();
}
