using Millrace.Protocol;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// The end of one transaction, for the partitions that have it still to come. Immutable but for its answer.
/// </summary>
public sealed class TransactionMarker
{
    private readonly Action<TransactionMarker, MarkerOutcome[]> done;
    private int answered;

    internal TransactionMarker(
        long producerId, short producerEpoch, int coordinatorEpoch, bool isCommit, short transactionVersion,
        IReadOnlyList<TransactionPartition> partitions, Action<TransactionMarker, MarkerOutcome[]> done)
    {
        ProducerId = producerId;
        ProducerEpoch = producerEpoch;
        CoordinatorEpoch = coordinatorEpoch;
        IsCommit = isCommit;
        TransactionVersion = transactionVersion;
        Partitions = partitions;
        this.done = done;
    }

    public long ProducerId { get; }

    /// <summary>Already raised under transaction version 2.</summary>
    public short ProducerEpoch { get; }

    /// <summary>The leader epoch of the coordinator's partition: older coordinators' markers are refused.</summary>
    public int CoordinatorEpoch { get; }

    public bool IsCommit { get; }

    /// <summary>The level that the transaction was ended under (KIP-1228).</summary>
    public short TransactionVersion { get; }

    public IReadOnlyList<TransactionPartition> Partitions { get; }

    /// <summary>Tells what became of it.</summary>
    /// <param name="outcomes">One for each partition, in their order; not used by the caller any more.</param>
    public void Answer(MarkerOutcome[] outcomes)
    {
        if (Interlocked.Exchange(ref answered, 1) == 0)
        {
            done(this, outcomes);
        }
    }
}

/// <summary>What became of a marker in a partition.</summary>
public enum MarkerOutcome : byte
{
    /// <summary>It is in the partition's log, and committed.</summary>
    Written,

    /// <summary>There is nothing to end: the topic was deleted, or can hold no transactions.</summary>
    Gone,

    /// <summary>It may not have arrived; it is sent again.</summary>
    Unknown,

    /// <summary>The partition has seen a newer coordinator or producer.</summary>
    Fenced,
}

/// <summary>What the answers to a WriteTxnMarkers mean.</summary>
public static class MarkerOutcomes
{
    /// <summary>
    /// Kafka stops on errors that it does not expect; they are logged and tried again here, as an end that was decided
    /// has to come about.
    /// </summary>
    public static MarkerOutcome Of(ErrorCode error) => error switch
    {
        ErrorCode.None => MarkerOutcome.Written,
        ErrorCode.UnsupportedForMessageFormat or ErrorCode.UnsupportedVersion => MarkerOutcome.Gone,
        ErrorCode.InvalidProducerEpoch or ErrorCode.TransactionCoordinatorFenced => MarkerOutcome.Fenced,
        _ => MarkerOutcome.Unknown,
    };
}
