namespace Millrace.Storage;

/// <summary>What producer state needs to know of one data batch that carries a producer id.</summary>
/// <param name="ProducerId">Not negative.</param>
/// <param name="Epoch">The producer's epoch.</param>
/// <param name="FirstSequence">Sequence of the first record, -1 where the writer keeps none (coordinators).</param>
/// <param name="LastSequence">Sequence of the last record, wrapped past 2^31 - 1.</param>
/// <param name="FirstOffset">Offset of the first record.</param>
/// <param name="LastOffset">Offset of the last record.</param>
/// <param name="MaxTimestamp">Largest timestamp in milliseconds: what the expiry of an idle producer goes by.</param>
/// <param name="IsTransactional">Part of a transaction.</param>
public readonly record struct ProducerBatch(
    long ProducerId,
    short Epoch,
    int FirstSequence,
    int LastSequence,
    long FirstOffset,
    long LastOffset,
    long MaxTimestamp,
    bool IsTransactional);

/// <summary>What producer state needs to know of a marker that ends a transaction on this partition.</summary>
/// <param name="ProducerId">The producer whose transaction ends.</param>
/// <param name="Epoch">The epoch in the marker's batch: one above the transaction's under transaction version
/// 2.</param>
/// <param name="CoordinatorEpoch">Epoch of the coordinator that decided; an older one than seen before is a
/// zombie.</param>
/// <param name="Offset">Offset of the marker.</param>
/// <param name="Timestamp">Wall-clock milliseconds of the marker.</param>
/// <param name="IsAbort">Abort rather than commit.</param>
/// <param name="TransactionVersion">Version under which it was decided: 2 demands a raised epoch, unless the marker is
/// a retry.</param>
public readonly record struct ProducerMarker(
    long ProducerId,
    short Epoch,
    int CoordinatorEpoch,
    long Offset,
    long Timestamp,
    bool IsAbort,
    short TransactionVersion);

/// <summary>A transaction that ended on this partition.</summary>
/// <param name="ProducerId">Whose.</param>
/// <param name="FirstOffset">Offset of its first record.</param>
/// <param name="LastOffset">Offset of its marker.</param>
/// <param name="IsAborted">Aborted rather than committed.</param>
public readonly record struct CompletedTransaction(long ProducerId, long FirstOffset, long LastOffset, bool IsAborted);

/// <summary>One batch that a producer's entry remembers, for finding duplicates.</summary>
/// <param name="LastSequence">Sequence of its last record.</param>
/// <param name="LastOffset">Offset of its last record.</param>
/// <param name="OffsetDelta">Last offset less first offset.</param>
/// <param name="Timestamp">Its largest timestamp in milliseconds.</param>
public readonly record struct CachedBatch(int LastSequence, long LastOffset, int OffsetDelta, long Timestamp)
{
    public int FirstSequence => ProducerSequence.Subtract(LastSequence, OffsetDelta);

    public long FirstOffset => LastOffset - OffsetDelta;
}
