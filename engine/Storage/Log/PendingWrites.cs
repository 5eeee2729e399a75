using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// The appends of one log that were accepted and not yet written: pieces of other people's memory, what each batch adds
/// to the segment, and how to take it all back. Rented from the directory's context by a log that has any, and only
/// then. Used under the log's lock.
/// </summary>
internal sealed unsafe class PendingWrites
{
    private IoVector[] vectors = new IoVector[8];
    private int vectorCount;
    private PendingBatch[] batches = new PendingBatch[8];
    private int batchCount;
    private readonly List<OwnedBuffer> owned = [];

    /// <summary>Bytes of all pieces.</summary>
    public int Bytes { get; private set; }

    public bool IsEmpty => batchCount == 0;

    /// <summary>
    /// Whether no more should be gathered: one system call takes 1024 pieces, and a group's bytes wait together.
    /// </summary>
    public bool IsFull => vectorCount >= StorageLimits.PendingPiecesMax || Bytes >= StorageLimits.PendingBytesMax;

    public ReadOnlySpan<IoVector> Vectors => vectors.AsSpan(0, vectorCount);

    public ReadOnlySpan<PendingBatch> Batches => batches.AsSpan(0, batchCount);

    /// <summary>The transactions that were aborted by a marker among the batches.</summary>
    public List<AbortedTransaction> Aborted { get; } = [];

    /// <summary>The producers as they were before these batches.</summary>
    public ProducerUndo Producers { get; } = new();

    /// <summary>The epochs as they were before these batches.</summary>
    public EpochStart[]? EpochsBefore { get; set; }

    /// <summary>Adds a piece of memory that stays until the group is flushed.</summary>
    public void AddPiece(byte* start, int length)
    {
        if (vectorCount > 0)
        {
            IoVector last = vectors[vectorCount - 1];
            if (last.Start + last.Length == start)
            {
                vectors[vectorCount - 1] = new IoVector(last.Start, last.Length + (nuint)length);
                Bytes += length;
                return;
            }
        }

        if (vectorCount == vectors.Length)
        {
            Array.Resize(ref vectors, 2 * vectorCount);
        }

        vectors[vectorCount++] = new IoVector(start, (nuint)length);
        Bytes += length;
    }

    /// <summary>Adds a batch of the last piece.</summary>
    public void AddBatch(in PendingBatch batch)
    {
        if (batchCount == batches.Length)
        {
            Array.Resize(ref batches, 2 * batchCount);
        }

        batches[batchCount++] = batch;
    }

    /// <summary>Takes over memory that is returned when the group is done with.</summary>
    public void TakeOver(OwnedBuffer buffer) => owned.Add(buffer);

    public void Clear()
    {
        foreach (OwnedBuffer buffer in owned)
        {
            buffer.Return();
        }

        owned.Clear();
        Aborted.Clear();
        Producers.Clear();
        EpochsBefore = null;
        vectorCount = 0;
        batchCount = 0;
        Bytes = 0;
    }
}

/// <summary>What a batch adds to its segment.</summary>
/// <param name="BaseOffset">Its first offset (the last one before magic 2, where it is compressed).</param>
/// <param name="LastOffset">Its last offset.</param>
/// <param name="MaxTimestamp">Its largest timestamp in milliseconds; -1 for none.</param>
/// <param name="Size">Bytes.</param>
internal readonly record struct PendingBatch(long BaseOffset, long LastOffset, long MaxTimestamp, int Size);
