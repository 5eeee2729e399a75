using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// The state of one transactional id. Immutable: a decision makes the next state from it, and applying that puts it in
/// its place. Ids and epochs are -1 where there are none, times are wall time in ms.
/// </summary>
internal sealed record Transaction
{
    public required string Id { get; init; }

    public required long ProducerId { get; init; }

    /// <summary>The producer id before the last change of anything: another one where the epochs had run out.</summary>
    public long PreviousProducerId { get; init; } = BatchLayout.NoProducerId;

    /// <summary>What the producer goes on with when the transaction that is being ended used up the epochs.</summary>
    public long NextProducerId { get; init; } = BatchLayout.NoProducerId;

    public short ProducerEpoch { get; init; } = BatchLayout.NoProducerEpoch;

    /// <summary>
    /// The epoch before, where its producer may ask again for what it was given (KIP-360). Not in the log: after a load
    /// such a repetition is refused, as in Kafka.
    /// </summary>
    public short LastProducerEpoch { get; init; } = BatchLayout.NoProducerEpoch;

    public int TimeoutMs { get; init; }

    public TransactionState State { get; init; }

    public PartitionSet Partitions { get; init; } = PartitionSet.Empty;

    public long StartMs { get; init; } = -1;

    public required long UpdateMs { get; init; }

    /// <summary>The level of <c>transaction.version</c> that its producer spoke last.</summary>
    public short ClientVersion { get; init; }

    /// <summary>A transaction prepared by its client lives until it is ended (two-phase commit, KIP-939).</summary>
    public bool IsTwoPhase => TimeoutMs == int.MaxValue;

    /// <summary>
    /// The highest epoch is kept for fencing a producer that has the one before, so clients never get it.
    /// </summary>
    public bool IsEpochExhausted => IsExhausted(ProducerEpoch);

    private bool RaisesEpoch => ClientVersion >= TransactionVersions.EpochPerTransaction;

    public static bool IsExhausted(short epoch) => epoch >= short.MaxValue - 1;

    public bool HasTimedOut(long nowMs) =>
        State == TransactionState.Ongoing && !IsTwoPhase && StartMs + TimeoutMs < nowMs;

    /// <summary>A producer begins: the epoch rises, or stays where the producer asks again (KIP-360).</summary>
    /// <param name="timeoutMs">Of its transactions.</param>
    /// <param name="expectedEpoch">The epoch that the producer had, or null where it is new.</param>
    /// <param name="nowMs">Wall time.</param>
    /// <returns>Null where another producer has begun meanwhile.</returns>
    public Transaction? RaiseEpoch(int timeoutMs, short? expectedEpoch, long nowMs)
    {
        Invariant.That(!IsEpochExhausted, $"Transactional id {Id} has no epoch left to give.");
        (short epoch, short last) = ((short)(ProducerEpoch + 1), BatchLayout.NoProducerEpoch);
        if (expectedEpoch is { } expected)
        {
            if (ProducerEpoch == BatchLayout.NoProducerEpoch || expected == ProducerEpoch)
            {
                last = ProducerEpoch;
            }
            else if (expected == LastProducerEpoch)
            {
                (epoch, last) = (ProducerEpoch, LastProducerEpoch);
            }
            else
            {
                return null;
            }
        }

        return Become(TransactionState.Empty, nowMs) with
        {
            ProducerEpoch = epoch,
            LastProducerEpoch = last,
            TimeoutMs = timeoutMs,
            Partitions = PartitionSet.Empty,
            StartMs = -1,
        };
    }

    /// <summary>A producer begins with a new id, as the epochs of the old one are used up.</summary>
    public Transaction ChangeProducerId(long producerId, int timeoutMs, bool isSameProducer, long nowMs) =>
        Become(TransactionState.Empty, nowMs) with
        {
            ProducerId = producerId,
            ProducerEpoch = 0,
            LastProducerEpoch = isSameProducer ? ProducerEpoch : BatchLayout.NoProducerEpoch,
            TimeoutMs = timeoutMs,
            Partitions = PartitionSet.Empty,
            StartMs = -1,
        };

    public Transaction Add(IReadOnlyCollection<TransactionPartition> added, short clientVersion, long nowMs) =>
        Become(TransactionState.Ongoing, nowMs) with
        {
            Partitions = Partitions.With(added),
            StartMs = State.IsIdle() ? nowMs : StartMs,
            ClientVersion = clientVersion,
        };

    /// <summary>
    /// Decides the outcome. Under transaction version 2 the epoch rises with it, so that a late write of this
    /// transaction can not become part of the next one.
    /// </summary>
    /// <param name="isCommit">Otherwise it is aborted.</param>
    /// <param name="clientVersion">The level that the decision is made under.</param>
    /// <param name="nextProducerId">For a producer whose epochs this uses up, or -1.</param>
    /// <param name="nowMs">Wall time.</param>
    public Transaction Prepare(bool isCommit, short clientVersion, long nextProducerId, long nowMs)
    {
        bool raises = clientVersion >= TransactionVersions.EpochPerTransaction;
        return Become(isCommit ? TransactionState.PrepareCommit : TransactionState.PrepareAbort, nowMs) with
        {
            NextProducerId = nextProducerId,
            ProducerEpoch = (short)(raises ? ProducerEpoch + 1 : ProducerEpoch),
            LastProducerEpoch = raises ? ProducerEpoch : LastProducerEpoch,
            ClientVersion = clientVersion,

            // What was aborted before any partition was added never began; it needs a beginning all the same.
            StartMs = State == TransactionState.Ongoing ? StartMs : nowMs,
        };
    }

    /// <summary>Aborts what is open on behalf of nobody: its producer's epoch is not valid any more.</summary>
    public Transaction Fence(short serverVersion, long nextProducerId, long nowMs)
    {
        Invariant.That(ProducerEpoch < short.MaxValue, $"Transactional id {Id} can not be fenced any more.");
        return serverVersion >= TransactionVersions.EpochPerTransaction
            ? Prepare(isCommit: false, serverVersion, nextProducerId, nowMs)
            : Prepare(isCommit: false, TransactionVersions.Classic, BatchLayout.NoProducerId, nowMs) with
            {
                ProducerEpoch = (short)(ProducerEpoch + 1), LastProducerEpoch = BatchLayout.NoProducerEpoch,
            };
    }

    /// <summary>Every partition has its marker.</summary>
    public Transaction Complete(long nowMs)
    {
        bool changesProducerId = RaisesEpoch && NextProducerId != BatchLayout.NoProducerId;
        bool isCommit = State == TransactionState.PrepareCommit;
        return Become(isCommit ? TransactionState.CompleteCommit : TransactionState.CompleteAbort, nowMs) with
        {
            ProducerId = changesProducerId ? NextProducerId : ProducerId,
            ProducerEpoch = changesProducerId ? (short)0 : ProducerEpoch,
            NextProducerId = BatchLayout.NoProducerId,
            Partitions = PartitionSet.Empty,
        };
    }

    private Transaction Become(TransactionState next, long nowMs)
    {
        Invariant.That(State.MayBecome(next), $"Transactional id {Id} can not go from {State} to {next}.");
        return this with { State = next, PreviousProducerId = ProducerId, UpdateMs = nowMs };
    }
}
