using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Cluster;

/// <summary>
/// Batches of the metadata log and of its snapshots, from and to records. Keeps the memory that it builds in; one
/// thread.
/// </summary>
public sealed class MetadataBatches : IDisposable
{
    private readonly BatchBuilder builder = new();

    /// <summary>One batch of these records. Good until the next call.</summary>
    public ReadOnlySpan<byte> Data(IReadOnlyList<MetadataRecord> records, long baseOffset, int epoch, long timestampMs)
    {
        builder.Begin(new NewBatch { BaseOffset = baseOffset, PartitionLeaderEpoch = epoch });
        foreach (MetadataRecord record in records)
        {
            builder.Append(timestampMs, RecordField.Null, MetadataRecordCodec.Encode(record));
        }

        return builder.Finish();
    }

    /// <summary>One batch of control records. Good until the next call.</summary>
    public ReadOnlySpan<byte> Control(
        IReadOnlyList<(ControlRecordType Type, IMessage Message)> records,
        long baseOffset,
        int epoch,
        long timestampMs)
    {
        builder.Begin(new NewBatch { BaseOffset = baseOffset, PartitionLeaderEpoch = epoch, IsControl = true });
        Span<byte> key = stackalloc byte[ControlRecord.KeySize];
        foreach ((ControlRecordType type, IMessage message) in records)
        {
            ControlRecord.WriteKey(key, type);
            builder.Append(timestampMs, RecordField.FromSpan(key), MessageCodec.Encode(message, 0));
        }

        return builder.Finish();
    }

    /// <summary>The records of a data batch.</summary>
    /// <exception cref="MetadataRefusedException">One cannot be read.</exception>
    public static List<MetadataRecord> Records(RecordBatch batch)
    {
        List<MetadataRecord> records = new(Math.Max(0, batch.Count));
        RecordReader reader = Open(batch);
        while (reader.MoveNext())
        {
            records.Add(MetadataRecordCodec.Decode(reader.Current.Value, reader.Current.Offset));
        }

        Check(reader, batch);
        return records;
    }

    /// <summary>The voters after a control batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="voters">Those before.</param>
    /// <param name="isInLog">Whether its offsets are the log's, rather than a snapshot's own.</param>
    public static QuorumVoters Voters(RecordBatch batch, QuorumVoters voters, bool isInLog)
    {
        RecordReader reader = Open(batch);
        while (reader.MoveNext())
        {
            Record record = reader.Current;
            if (!ControlRecord.TryReadType(record.Key, out ControlRecordType type))
            {
                throw new MetadataRefusedException($"the control record at offset {record.Offset} has no type");
            }

            voters = voters.With(type, record.Value, isInLog ? record.Offset : -1);
        }

        Check(reader, batch);
        return voters;
    }

    /// <summary>
    /// The time of the last record that a snapshot holds, which its header says; -1 where it has none.
    /// </summary>
    public static long SnapshotTimestamp(RecordBatch batch)
    {
        RecordReader reader = Open(batch);
        if (!reader.MoveNext()
            || !ControlRecord.TryReadType(reader.Current.Key, out ControlRecordType type)
            || type != ControlRecordType.SnapshotHeader)
        {
            return -1;
        }

        SnapshotHeaderRecord header = new();
        return MessageCodec.Decode(reader.Current.Value, 0, header, keepUnknownTaggedFields: true).IsError
            ? -1
            : header.LastContainedLogTimestamp;
    }

    private static RecordReader Open(RecordBatch batch) => batch.IsLegacy || batch.IsCompressed
        ? throw new MetadataRefusedException(
            $"the batch at offset {batch.BaseOffset} is compressed or of an old format, as none of metadata is")
        : RecordReader.OverPlain(batch);

    private static void Check(in RecordReader reader, RecordBatch batch)
    {
        if (reader.Fault != RecordFault.None)
        {
            throw new MetadataRefusedException($"the batch at offset {batch.BaseOffset} is damaged ({reader.Fault})");
        }
    }

    public void Dispose() => builder.Dispose();
}
