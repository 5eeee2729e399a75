using System.Runtime.InteropServices;
using Millrace.Base;
using Millrace.Protocol.Records;

namespace Millrace.Storage;

/// <summary>
/// All producers that one partition remembers: it finds duplicates, gaps and zombies, and knows which transactions hold
/// back the last stable offset. A pure state machine: <see cref="Check(in ProducerBatch, AppendOrigin, out
/// CachedBatch)"/>
/// changes nothing, the <c>Append</c> methods are the only way forward, and both serve live appends and recovery alike.
/// Owned by its log and used only under the log's append lock, apart from <see cref="FirstUnstableOffset"/>.
/// </summary>
/// <param name="expirationMs">A producer idle for so long is forgotten (<c>producer.id.expiration.ms</c>).</param>
public sealed class ProducerStates(long expirationMs)
{
    private const short TransactionVersionWithEpochBump = 2;

    private readonly Dictionary<long, ProducerEntry> entries = [];

    /// <summary>Begun and not yet ended.</summary>
    private readonly TransactionSpans open = new();

    /// <summary>Ended by a marker that lies above the high watermark: readers cannot see the outcome yet.</summary>
    private readonly TransactionSpans unreplicated = new();

    /// <summary>Transactions that are to begin here and that their coordinator is being asked about.</summary>
    private readonly ProducerVerifications verifications = new();

    private long firstUnstableOffset = long.MaxValue;

    /// <summary>How many producers are remembered.</summary>
    public int Count => entries.Count;

    /// <summary>All remembered producers, in no order.</summary>
    public Dictionary<long, ProducerEntry>.ValueCollection Entries => entries.Values;

    /// <summary>
    /// First offset whose transaction is undecided, or decided above the high watermark; <see cref="long.MaxValue"/>
    /// where there is none. May be read by any thread.
    /// </summary>
    public long FirstUnstableOffset => Volatile.Read(ref firstUnstableOffset);

    /// <summary>First offset of an undecided transaction, <see cref="long.MaxValue"/> where none is open.</summary>
    public long FirstUndecidedOffset => open.EarliestOffset;

    /// <summary>
    /// Milliseconds of the last batch of the oldest open transaction, -1 where none is open: it tells a hanging one.
    /// </summary>
    public long OldestTransactionTimestamp =>
        open.Count > 0 && entries.TryGetValue(open[0].ProducerId, out ProducerEntry? entry) ? entry.LastTimestamp : -1;

    public bool TryGet(long producerId, out ProducerEntry? entry) => entries.TryGetValue(producerId, out entry);

    /// <summary>Whether the producer has a transaction open here under this epoch.</summary>
    public bool HasOpenTransaction(long producerId, short epoch) =>
        entries.TryGetValue(producerId, out ProducerEntry? entry) && entry.HasOpenTransaction && entry.Epoch == epoch;

    /// <summary>
    /// A transaction may be about to begin here: notes it, so that the append that follows the coordinator's word can
    /// be told from one that was overtaken by the transaction's end (KIP-890).
    /// </summary>
    /// <param name="producerId">Whose.</param>
    /// <param name="epoch">Under which epoch.</param>
    /// <param name="firstSequence">Sequence of the batch that waits to be appended.</param>
    /// <param name="raisesEpoch">The producer's epoch rises with each transaction (transaction version 2).</param>
    /// <param name="nowMs">Wall-clock milliseconds.</param>
    /// <param name="guard">What the append has to show; none where the transaction is open here already.</param>
    /// <returns><see cref="ProducerVerdict.Accept"/>, or <see cref="ProducerVerdict.OldEpoch"/>.</returns>
    public ProducerVerdict BeginVerification(
        long producerId, short epoch, int firstSequence, bool raisesEpoch, long nowMs, out VerificationGuard guard)
    {
        guard = default;
        if (entries.TryGetValue(producerId, out ProducerEntry? entry))
        {
            if (epoch < entry.Epoch)
            {
                return ProducerVerdict.OldEpoch;
            }

            if (entry.HasOpenTransaction && entry.Epoch == epoch)
            {
                return ProducerVerdict.Accept;
            }
        }

        guard = verifications.Begin(producerId, epoch, firstSequence, raisesEpoch, nowMs);
        return ProducerVerdict.Accept;
    }

    /// <summary>As the other form, for an append that needs no verification.</summary>
    public ProducerVerdict Check(in ProducerBatch batch, AppendOrigin origin, out CachedBatch duplicate) =>
        Check(batch, origin, TransactionProof.NotNeeded, out duplicate);

    /// <summary>Says whether a data batch may be appended. Its offsets need not be known yet.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="origin">Who appends it.</param>
    /// <param name="proof">That the coordinator knows of the transaction that the batch would begin here.</param>
    /// <param name="duplicate">The batch that was appended before, for <see cref="ProducerVerdict.Duplicate"/>.</param>
    public ProducerVerdict Check(
        in ProducerBatch batch, AppendOrigin origin, in TransactionProof proof, out CachedBatch duplicate)
    {
        duplicate = default;
        if (origin == AppendOrigin.Replication)
        {
            return ProducerVerdict.Accept;
        }

        entries.TryGetValue(batch.ProducerId, out ProducerEntry? entry);
        if (entry is not null)
        {
            if (origin == AppendOrigin.Client && entry.TryFindDuplicate(batch, out duplicate))
            {
                return ProducerVerdict.Duplicate;
            }

            if (batch.Epoch < entry.Epoch)
            {
                return ProducerVerdict.OldEpoch;
            }
        }

        bool isOpen = entry is { HasOpenTransaction: true };
        if (batch.IsTransactional
            && proof.IsNeeded
            && !(isOpen && entry!.Epoch == batch.Epoch)
            && !verifications.Confirms(batch.ProducerId, proof.Guard))
        {
            return ProducerVerdict.NotInTransaction;
        }

        if (origin == AppendOrigin.Client && !IsInSequence(batch, entry))
        {
            return ProducerVerdict.OutOfOrder;
        }

        return isOpen && !batch.IsTransactional ? ProducerVerdict.NotInTransaction : ProducerVerdict.Accept;
    }

    private bool IsInSequence(in ProducerBatch batch, ProducerEntry? entry)
    {
        if (verifications.TryGet(batch.ProducerId, out ProducerVerifications.Verification pending)
            && (batch.FirstSequence > pending.LowestSequence
                || (pending.RaisesEpoch && batch.FirstSequence != 0 && entry is null or { BatchCount: 0 })))
        {
            // An earlier batch waits to be verified or sent again; under version 2 each transaction begins with 0.
            return false;
        }

        if (entry is null or { Epoch: ProducerEntry.NoEpoch })
        {
            // Nothing known of the producer: retention or DeleteRecords may have taken its records, so any sequence
            // goes.
            return true;
        }

        return batch.Epoch == entry.Epoch
            ? ProducerSequence.Follows(batch.FirstSequence, entry.LastSequence)
            : batch.FirstSequence == 0;
    }

    /// <summary>Says whether a transaction marker may be appended.</summary>
    public ProducerVerdict Check(in ProducerMarker marker, AppendOrigin origin)
    {
        if (origin == AppendOrigin.Replication || !entries.TryGetValue(marker.ProducerId, out ProducerEntry? entry))
        {
            return ProducerVerdict.Accept;
        }

        // Version 2 raises the epoch at each end, so one of the same epoch is a zombie's, unless it repeats the end
        // of a transaction that is closed already (KIP-890, KIP-1228), or the epoch cannot rise any more.
        bool raisesEpoch = marker.TransactionVersion >= TransactionVersionWithEpochBump;
        bool isRetry = raisesEpoch
            && marker.Epoch == entry.Epoch
            && (!entry.HasOpenTransaction || marker.Epoch == short.MaxValue);
        bool isOld = raisesEpoch ? marker.Epoch <= entry.Epoch : marker.Epoch < entry.Epoch;
        if (isOld && !isRetry)
        {
            return ProducerVerdict.OldEpoch;
        }

        return marker.CoordinatorEpoch < entry.CoordinatorEpoch
            ? ProducerVerdict.OldCoordinator
            : ProducerVerdict.Accept;
    }

    /// <summary>Takes in a data batch that was accepted, with the offsets that it got.</summary>
    public void Append(in ProducerBatch batch)
    {
        Invariant.That(batch.ProducerId >= 0, "a batch without producer id has no producer state");
        ProducerEntry entry = GetOrAdd(batch.ProducerId);
        bool wasOpen = entry.HasOpenTransaction;
        entry.Append(batch);
        if (batch.IsTransactional)
        {
            verifications.End(batch.ProducerId);
        }

        if (entry.HasOpenTransaction && !wasOpen)
        {
            open.Add(new TransactionSpans.Span(batch.ProducerId, batch.FirstOffset, long.MaxValue));
            PublishFirstUnstableOffset();
        }
    }

    /// <summary>Takes in a marker that was accepted.</summary>
    /// <param name="completed">The transaction that it ended.</param>
    /// <returns>False where the producer had none open here: nothing changes for readers.</returns>
    public bool Append(in ProducerMarker marker, out CompletedTransaction completed)
    {
        ProducerEntry entry = GetOrAdd(marker.ProducerId);
        completed = new CompletedTransaction(
            marker.ProducerId, entry.TransactionFirstOffset, marker.Offset, marker.IsAbort);
        bool ended = entry.HasOpenTransaction;
        entry.End(marker);
        verifications.EndBy(marker);
        if (ended)
        {
            Invariant.That(open.Remove(completed.FirstOffset), "an open transaction is listed by its first offset");
            unreplicated.Add(new TransactionSpans.Span(marker.ProducerId, completed.FirstOffset, marker.Offset));
            PublishFirstUnstableOffset();
        }

        return ended;
    }

    /// <summary>
    /// The last stable offset once a transaction is completed, whatever the high watermark: first offset of the
    /// earliest one still open, else the offset behind the marker. The transaction index keeps it.
    /// </summary>
    public long LastStableOffsetAfter(in CompletedTransaction completed) =>
        open.Count == 0 ? completed.LastOffset + 1 : open.EarliestOffset;

    /// <summary>
    /// Makes the outcome of transactions visible whose marker lies below the new high watermark or log start.
    /// </summary>
    public void ForgetEndedBelow(long offset)
    {
        if (unreplicated.Count > 0)
        {
            unreplicated.RemoveEndedBelow(offset);
            PublishFirstUnstableOffset();
        }
    }

    /// <summary>Whether a transaction has ended above the high watermark, so that its move matters here.</summary>
    internal bool AwaitsHighWatermark => unreplicated.Count > 0;

    /// <summary>Notes a producer as it is, before a batch of its is appended.</summary>
    internal void Save(long producerId, ProducerUndo undo)
    {
        entries.TryGetValue(producerId, out ProducerEntry? entry);
        undo.Add(producerId, entry);
    }

    /// <summary>
    /// Takes back all appends from <paramref name="endOffset"/> on, which <paramref name="undo"/> has noted.
    /// </summary>
    internal void TakeBack(ProducerUndo undo, long endOffset)
    {
        if (undo.Count == 0)
        {
            return;
        }

        for (int index = undo.Count - 1; index >= 0; index--)
        {
            ref readonly ProducerUndo.Step step = ref undo[index];
            if (step.Existed)
            {
                GetOrAdd(step.ProducerId).PutBack(step.State);
            }
            else
            {
                entries.Remove(step.ProducerId);
            }
        }

        open.Clear();
        foreach (ProducerEntry entry in entries.Values)
        {
            if (entry.HasOpenTransaction)
            {
                open.Add(new TransactionSpans.Span(entry.ProducerId, entry.TransactionFirstOffset, long.MaxValue));
            }
        }

        unreplicated.RemoveEndedFrom(endOffset);
        PublishFirstUnstableOffset();
    }

    /// <summary>What a snapshot keeps of the producers.</summary>
    internal ProducerSnapshotEntry[] ToSnapshot()
    {
        ProducerSnapshotEntry[] snapshot = new ProducerSnapshotEntry[entries.Count];
        int index = 0;
        foreach (ProducerEntry entry in entries.Values)
        {
            snapshot[index++] = new ProducerSnapshotEntry(
                entry.ProducerId,
                entry.Epoch,
                entry.LastSequence,
                entry.LastOffset,
                entry.LastOffsetDelta,
                entry.LastTimestamp,
                entry.CoordinatorEpoch,
                entry.TransactionFirstOffset);
        }

        return snapshot;
    }

    /// <summary>Takes over a snapshot's entry, unless it is expired.</summary>
    internal void Restore(in ProducerSnapshotEntry entry, long nowMs)
    {
        CachedBatch? last = entry.LastOffset < 0
            ? null
            : new CachedBatch(entry.LastSequence, entry.LastOffset, entry.OffsetDelta, entry.Timestamp);
        Restore(
            new RestoredProducer(
                entry.ProducerId,
                entry.ProducerEpoch,
                entry.CoordinatorEpoch,
                entry.Timestamp,
                entry.CurrentTransactionFirstOffset,
                last),
            nowMs);
    }

    /// <summary>Forgets the producers that are idle for too long; one with an open transaction never is.</summary>
    /// <param name="nowMs">Wall-clock milliseconds: Kafka compares them with the records' own timestamps.</param>
    public void ForgetExpired(long nowMs)
    {
        foreach (KeyValuePair<long, ProducerEntry> pair in entries)
        {
            if (IsExpired(pair.Value, nowMs))
            {
                entries.Remove(pair.Key);
            }
        }

        verifications.ForgetOlderThan(nowMs - expirationMs);
    }

    /// <summary>Takes over an entry of a snapshot, unless it is expired.</summary>
    public void Restore(in RestoredProducer restored, long nowMs)
    {
        ProducerEntry entry = new(restored.ProducerId);
        entry.Restore(
            restored.Epoch,
            restored.CoordinatorEpoch,
            restored.LastTimestamp,
            restored.TransactionFirstOffset,
            restored.Last);
        if (IsExpired(entry, nowMs))
        {
            return;
        }

        entries[restored.ProducerId] = entry;
        if (entry.HasOpenTransaction)
        {
            open.Add(new TransactionSpans.Span(entry.ProducerId, entry.TransactionFirstOffset, long.MaxValue));
            PublishFirstUnstableOffset();
        }
    }

    public void Clear()
    {
        entries.Clear();
        open.Clear();
        unreplicated.Clear();
        verifications.Clear();
        PublishFirstUnstableOffset();
    }

    private bool IsExpired(ProducerEntry entry, long nowMs) =>
        !entry.HasOpenTransaction && nowMs - entry.LastTimestamp >= expirationMs;

    private ProducerEntry GetOrAdd(long producerId)
    {
        ref ProducerEntry? entry = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, producerId, out _);
        return entry ??= new ProducerEntry(producerId);
    }

    private void PublishFirstUnstableOffset() =>
        Volatile.Write(ref firstUnstableOffset, Math.Min(open.EarliestOffset, unreplicated.EarliestOffset));
}

/// <summary>A producer as a snapshot keeps it: of its batches only the last.</summary>
/// <param name="LastTimestamp">Milliseconds of its last batch or marker.</param>
/// <param name="TransactionFirstOffset">First offset of its open transaction, -1 where none is open.</param>
/// <param name="Last">Its last batch, null where a marker raised the epoch since.</param>
public readonly record struct RestoredProducer(
    long ProducerId,
    short Epoch,
    int CoordinatorEpoch,
    long LastTimestamp,
    long TransactionFirstOffset,
    CachedBatch? Last);
