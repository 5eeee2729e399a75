using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Loadgen;

/// <summary>What the batches of one producer have in common. Owned by its thread.</summary>
internal sealed class RecordPlan
{
    /// <summary>Lengths, deltas, attributes and counts around a key and a value, at most.</summary>
    private const int OverheadMax = 24;

    private long fillers;

    /// <param name="spec">The workload.</param>
    /// <param name="filler">What values are filled with.</param>
    /// <param name="runId">Stands in every stamp.</param>
    public RecordPlan(ProduceSpec spec, Filler filler, int runId)
    {
        Filler = filler;
        RunId = runId;
        Codec = spec.Codec;
        IsStamped = spec.IsStamped;
        BatchBytes = spec.BatchBytes;
        RecordsMax = spec.BatchRecords > 0 ? spec.BatchRecords : int.MaxValue;
        BufferBytes = Math.Max(
            BatchBytes, BatchLayout.HeaderSize + OverheadMax + KeyChoice.KeyBytes + spec.ValueBytesMax);
    }

    public Filler Filler { get; }

    public int RunId { get; }

    public Codec Codec { get; }

    /// <summary>Whether every record gets its own number and time; else a batch is sent again as it was.</summary>
    public bool IsStamped { get; }

    /// <summary>Kafka's <c>batch.size</c>: a batch of more than one record is no larger.</summary>
    public int BatchBytes { get; }

    public int RecordsMax { get; }

    /// <summary>What a buffer holds: a batch, or a single record that is larger than one.</summary>
    public int BufferBytes { get; }

    /// <summary>Another place in the filler for each record that is written.</summary>
    public long NextFiller() => fillers++;
}
