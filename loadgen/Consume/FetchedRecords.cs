using Millrace.Loadgen.Measurement;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen;

/// <summary>
/// Goes through what a fetch brought, no deeper than is asked for: headers of batches for counts, records for due
/// times, every byte for a check. Owned by one consumer.
/// </summary>
internal sealed class FetchedRecords(ConsumeSpec spec, int expectedRunId, WorkerMeter meter) : IDisposable
{
    private int runId = expectedRunId;
    private readonly BatchDecoder decoder = new(DecompressionLimits.Streaming);
    private readonly PriorityQueue<long, long> aborted = new();
    private readonly HashSet<long> abortedNow = [];

    /// <summary>Records of this run seen so far.</summary>
    public long OwnRecords { get; private set; }

    /// <summary>Reads whole batches and moves the partition's position behind them.</summary>
    public void Read(
        ConsumedPartition partition, ReadOnlySpan<byte> bytes, AbortedTransactionList transactions, long nowNs)
    {
        aborted.Clear();
        abortedNow.Clear();
        while (transactions.Next())
        {
            aborted.Enqueue(transactions.Current.ProducerId, transactions.Current.FirstOffset);
        }

        RecordBatches batches = new(bytes);
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            if (batch.LastOffset < partition.Position)
            {
                continue;
            }

            if (spec.Verifies && batch.Check() != RecordFault.None)
            {
                partition.Check?.CountCorrupt(batch.Count);
            }
            else if (!IsLeftOut(batch))
            {
                ReadBatch(partition, batch, nowNs);
            }

            meter.BytesConsumed += batch.SizeInBytes;
            partition.Position = batch.NextOffset;
        }

        if (batches.Fault != RecordFault.None)
        {
            partition.Check?.CountCorrupt();
        }
    }

    public void Dispose() => decoder.Dispose();

    /// <summary>Markers are no records; nor is, for a reader of committed ones, what was aborted.</summary>
    private bool IsLeftOut(RecordBatch batch)
    {
        while (aborted.TryPeek(out long producer, out long firstOffset) && firstOffset <= batch.LastOffset)
        {
            abortedNow.Add(producer);
            aborted.Dequeue();
        }

        if (!batch.IsControl)
        {
            return batch.IsTransactional && abortedNow.Contains(batch.ProducerId);
        }

        abortedNow.Remove(batch.ProducerId);
        return true;
    }

    private void ReadBatch(ConsumedPartition partition, RecordBatch batch, long nowNs)
    {
        if (!spec.ReadsStamps && !spec.Verifies && batch.Count > 0 && batch.BaseOffset >= partition.Position)
        {
            meter.RecordsConsumed += batch.Count;
            return;
        }

        RecordReader reader = decoder.Read(batch);
        while (reader.MoveNext())
        {
            Record record = reader.Current;
            if (record.Offset < partition.Position)
            {
                continue;
            }

            meter.RecordsConsumed++;
            if (!RecordStamp.TryRead(record.Value, out RecordStamp stamp) || !IsOurs(record.Value, stamp))
            {
                continue;
            }

            OwnRecords++;
            if (spec.ReadsStamps)
            {
                meter.EndToEnd.Record(Math.Max(0, nowNs - stamp.IntendedNs));
            }

            partition.Check?.See(record.Value, stamp);
        }

        if (reader.Fault != RecordFault.None)
        {
            partition.Check?.CountCorrupt();
        }
    }

    /// <summary>Of this run; where a run is looked at afterwards (0), of the one that is met first.</summary>
    private bool IsOurs(ReadOnlySpan<byte> value, in RecordStamp stamp)
    {
        if (runId == 0 && stamp.RunId != 0 && RecordStamp.IsIntact(value))
        {
            runId = stamp.RunId;
        }

        return runId != 0 && stamp.RunId == runId;
    }
}
