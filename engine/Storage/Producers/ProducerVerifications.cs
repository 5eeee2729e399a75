using System.Runtime.InteropServices;

namespace Millrace.Storage;

/// <summary>
/// The transactions that are about to begin on a partition, each until its first batch or a marker is appended. One
/// that its coordinator has confirmed in the meantime could have ended again before the batch comes; it would then hang
/// here for ever. So a marker takes the note away, and the late batch shows a guard that nothing confirms (KIP-890).
/// Used under the log's append lock.
/// </summary>
internal sealed class ProducerVerifications
{
    private static long lastGuard;

    private readonly Dictionary<long, Verification> pending = [];

    /// <summary>Notes a producer, or lowers the sequence that it is expected to begin with.</summary>
    public VerificationGuard Begin(long producerId, short epoch, int firstSequence, bool raisesEpoch, long nowMs)
    {
        ref Verification entry = ref CollectionsMarshal.GetValueRefOrAddDefault(pending, producerId, out bool isKnown);
        if (!isKnown)
        {
            VerificationGuard guard = new(Interlocked.Increment(ref lastGuard));
            entry = new Verification(guard, epoch, firstSequence, raisesEpoch, nowMs);
        }
        else if (epoch > entry.Epoch || (epoch == entry.Epoch && firstSequence < entry.LowestSequence))
        {
            entry = entry with { Epoch = epoch, LowestSequence = firstSequence };
        }

        return entry.Guard;
    }

    public bool TryGet(long producerId, out Verification verification)
    {
        if (pending.Count > 0)
        {
            return pending.TryGetValue(producerId, out verification);
        }

        verification = default;
        return false;
    }

    public bool Confirms(long producerId, VerificationGuard guard) =>
        !guard.IsNone && TryGet(producerId, out Verification verification) && verification.Guard == guard;

    public void End(long producerId)
    {
        if (pending.Count > 0)
        {
            pending.Remove(producerId);
        }
    }

    /// <summary>
    /// A marker ends what was verified before it. One of transaction version 2 has the epoch of the producer's next
    /// transaction, which may well be asking already while the marker is on its way: that one goes on. Kafka ends it,
    /// too, and its producer is told INVALID_TXN_STATE.
    /// </summary>
    public void EndBy(in ProducerMarker marker)
    {
        bool isOfNext = TryGet(marker.ProducerId, out Verification verification)
            && marker.TransactionVersion >= 2
            && verification.Epoch >= marker.Epoch;
        if (!isOfNext)
        {
            End(marker.ProducerId);
        }
    }

    /// <summary>Whoever asked and never came back.</summary>
    public void ForgetOlderThan(long timestampMs)
    {
        foreach (KeyValuePair<long, Verification> pair in pending)
        {
            if (pair.Value.BeganMs <= timestampMs)
            {
                pending.Remove(pair.Key);
            }
        }
    }

    public void Clear() => pending.Clear();

    /// <summary>A transaction that is about to begin.</summary>
    /// <param name="Guard">What its first append has to show.</param>
    /// <param name="Epoch">The producer's epoch.</param>
    /// <param name="LowestSequence">The lowest one that was asked for: no higher one goes before it.</param>
    /// <param name="RaisesEpoch">Under transaction version 2, where each transaction begins with sequence 0.</param>
    /// <param name="BeganMs">Wall-clock milliseconds.</param>
    public readonly record struct Verification(
        VerificationGuard Guard, short Epoch, int LowestSequence, bool RaisesEpoch, long BeganMs);
}

/// <summary>
/// Names one verification of one producer on one partition of this process; a new one never has the same.
/// </summary>
/// <param name="Value">From 1; 0 for none.</param>
public readonly record struct VerificationGuard(long Value)
{
    /// <summary>None was needed or given: it confirms nothing.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>What an append has to show where it would begin a transaction on a partition.</summary>
/// <param name="IsNeeded">False where verification is switched off (<c>transaction.partition.verification.enable</c>).
/// </param>
/// <param name="Guard">What the verification gave that the coordinator has confirmed; none without one.</param>
public readonly record struct TransactionProof(bool IsNeeded, VerificationGuard Guard)
{
    public static TransactionProof NotNeeded => default;

    /// <summary>Nobody was asked: only a transaction that is open already goes on.</summary>
    public static TransactionProof Missing => new(true, default);
}
