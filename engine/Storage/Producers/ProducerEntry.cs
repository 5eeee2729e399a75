using System.Runtime.CompilerServices;

namespace Millrace.Storage;

/// <summary>
/// What a partition remembers of one producer: its epoch, its last five batches and its open transaction.
/// Owned by <see cref="ProducerStates"/>; changed only under its log's append lock.
/// </summary>
public sealed class ProducerEntry(long producerId)
{
    /// <summary>Kafka remembers five batches, which is what an idempotent client may have in flight.</summary>
    public const int BatchesMax = 5;

    /// <summary>"No epoch": nothing of this producer was seen yet.</summary>
    public const short NoEpoch = -1;

    private CachedBatches batches;
    private int oldest;

    public long ProducerId { get; } = producerId;

    public short Epoch { get; private set; } = NoEpoch;

    /// <summary>Epoch of the coordinator that wrote the last marker, -1 before the first.</summary>
    public int CoordinatorEpoch { get; private set; } = -1;

    /// <summary>Milliseconds of the last batch or marker, -1 before the first.</summary>
    public long LastTimestamp { get; private set; } = -1;

    /// <summary>First offset of the open transaction, -1 where none is open.</summary>
    public long TransactionFirstOffset { get; private set; } = -1;

    public bool HasOpenTransaction => TransactionFirstOffset >= 0;

    /// <summary>How many batches are remembered, 0 to 5.</summary>
    public int BatchCount { get; private set; }

    /// <summary>Sequence of the last record, -1 where no batch is remembered.</summary>
    public int LastSequence => BatchCount == 0 ? ProducerSequence.None : Batch(BatchCount - 1).LastSequence;

    /// <summary>Offset of the last record, -1 where no batch is remembered.</summary>
    public long LastOffset => BatchCount == 0 ? -1 : Batch(BatchCount - 1).LastOffset;

    /// <summary>Last offset less first offset of the last batch, 0 where none is remembered.</summary>
    public int LastOffsetDelta => BatchCount == 0 ? 0 : Batch(BatchCount - 1).OffsetDelta;

    /// <summary>A remembered batch, the oldest first.</summary>
    public CachedBatch Batch(int index) => batches[(oldest + index) % BatchesMax];

    /// <summary>Finds the batch with exactly these sequences: a retry of what was written before.</summary>
    public bool TryFindDuplicate(in ProducerBatch batch, out CachedBatch duplicate)
    {
        duplicate = default;
        if (batch.Epoch != Epoch)
        {
            return false;
        }

        for (int index = 0; index < BatchCount; index++)
        {
            duplicate = Batch(index);
            if (duplicate.FirstSequence == batch.FirstSequence && duplicate.LastSequence == batch.LastSequence)
            {
                return true;
            }
        }

        return false;
    }

    internal void Append(in ProducerBatch batch)
    {
        RaiseEpoch(batch.Epoch);
        Remember(new CachedBatch(
            batch.LastSequence, batch.LastOffset, (int)(batch.LastOffset - batch.FirstOffset), batch.MaxTimestamp));
        LastTimestamp = batch.MaxTimestamp;
        if (batch.IsTransactional && !HasOpenTransaction)
        {
            TransactionFirstOffset = batch.FirstOffset;
        }
    }

    internal void End(in ProducerMarker marker)
    {
        RaiseEpoch(marker.Epoch);
        CoordinatorEpoch = marker.CoordinatorEpoch;
        LastTimestamp = marker.Timestamp;
        TransactionFirstOffset = -1;
    }

    /// <summary>Takes over an entry of a producer snapshot, which keeps the last batch only.</summary>
    internal void Restore(
        short epoch, int coordinatorEpoch, long lastTimestamp, long transactionFirstOffset, CachedBatch? last)
    {
        Epoch = epoch;
        CoordinatorEpoch = coordinatorEpoch;
        LastTimestamp = lastTimestamp;
        TransactionFirstOffset = transactionFirstOffset;
        if (last is { } batch)
        {
            Remember(batch);
        }
    }

    /// <summary>Copies everything, for <see cref="PutBack"/>.</summary>
    internal void Save(out State state)
    {
        state.Batches = batches;
        state.Oldest = oldest;
        state.BatchCount = BatchCount;
        state.Epoch = Epoch;
        state.CoordinatorEpoch = CoordinatorEpoch;
        state.LastTimestamp = LastTimestamp;
        state.TransactionFirstOffset = TransactionFirstOffset;
    }

    /// <summary>Becomes again what it was at <see cref="Save"/>.</summary>
    internal void PutBack(in State state)
    {
        batches = state.Batches;
        oldest = state.Oldest;
        BatchCount = state.BatchCount;
        Epoch = state.Epoch;
        CoordinatorEpoch = state.CoordinatorEpoch;
        LastTimestamp = state.LastTimestamp;
        TransactionFirstOffset = state.TransactionFirstOffset;
    }

    private void RaiseEpoch(short epoch)
    {
        if (epoch != Epoch)
        {
            Epoch = epoch;
            BatchCount = 0;
            oldest = 0;
        }
    }

    private void Remember(in CachedBatch batch)
    {
        if (BatchCount == BatchesMax)
        {
            batches[oldest] = batch;
            oldest = (oldest + 1) % BatchesMax;
            return;
        }

        batches[(oldest + BatchCount) % BatchesMax] = batch;
        BatchCount++;
    }

    [InlineArray(BatchesMax)]
    internal struct CachedBatches
    {
        private CachedBatch first;
    }

    /// <summary>All that an entry is.</summary>
    internal struct State
    {
        public CachedBatches Batches;
        public int Oldest;
        public int BatchCount;
        public short Epoch;
        public int CoordinatorEpoch;
        public long LastTimestamp;
        public long TransactionFirstOffset;
    }
}
