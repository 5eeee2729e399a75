using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// EndTxn in both protocols. The first asks for the very epoch of the transaction and cannot tell a repetition from a
/// second end; in the second every end raises the epoch, which tells them apart (KIP-890). Owned by its partition's
/// loop.
/// </summary>
internal sealed class TransactionEnds(TransactionShard shard, IProducerIds producerIds, LogArea lines)
{
    /// <summary>Decides the outcome, or tells what it was. The answer has what the producer goes on with.</summary>
    public Decided<ProducerStart> End(
        string id, in Producer producer, bool isCommit, short clientVersion, long nowMs)
    {
        if (id.Length == 0)
        {
            return Refuse(ErrorCode.InvalidRequest);
        }

        if (shard.Find(id) is not { } transaction)
        {
            return Refuse(ErrorCode.InvalidProducerIdMapping);
        }

        return clientVersion >= TransactionVersions.EpochPerTransaction
            ? EndRaising(transaction, producer, isCommit, clientVersion, nowMs)
            : EndClassic(transaction, producer, isCommit, nowMs);
    }

    private static Decided<ProducerStart> Refuse(ErrorCode error) =>
        new(ProducerStart.Failed(error), Decision.Nothing);

    private static Decided<ProducerStart> Repeat(Transaction transaction) => new(
        new ProducerStart(ErrorCode.None, transaction.ProducerId, transaction.ProducerEpoch), Decision.Nothing);

    private static bool IsOutcome(Transaction transaction, bool isCommit) =>
        transaction.State == (isCommit ? TransactionState.CompleteCommit : TransactionState.CompleteAbort);

    private Decided<ProducerStart> EndClassic(
        Transaction transaction, in Producer producer, bool isCommit, long nowMs)
    {
        if (transaction.ProducerId != producer.Id)
        {
            return Refuse(ErrorCode.InvalidProducerIdMapping);
        }

        if (transaction.ProducerEpoch != producer.Epoch)
        {
            return Refuse(ErrorCode.ProducerFenced);
        }

        if (transaction.State.IsEnding())
        {
            return Refuse(ErrorCode.ConcurrentTransactions);
        }

        if (transaction.State == TransactionState.Ongoing)
        {
            return Prepare(transaction.Prepare(
                isCommit, TransactionVersions.Classic, BatchLayout.NoProducerId, nowMs));
        }

        return IsOutcome(transaction, isCommit) ? Repeat(transaction) : RefuseState(transaction, isCommit);
    }

    private Decided<ProducerStart> EndRaising(
        Transaction transaction, in Producer producer, bool isCommit, short clientVersion, long nowMs)
    {
        if (transaction.State.IsEnding())
        {
            // Before the producer is looked at, whose new id may come with the end only.
            return Refuse(ErrorCode.ConcurrentTransactions);
        }

        // A repetition has the epoch before the last end, or the last epoch of the id before this one.
        bool isOfFormerId = transaction.PreviousProducerId == producer.Id
            && producer.Epoch == short.MaxValue - 1
            && transaction.ProducerEpoch == 0;
        bool isRepetition = isOfFormerId || transaction.ProducerEpoch == producer.Epoch + 1;
        if (transaction.ProducerId != producer.Id && !isOfFormerId)
        {
            return Refuse(ErrorCode.InvalidProducerIdMapping);
        }

        bool mayRepeat = transaction.State is TransactionState.CompleteCommit or TransactionState.CompleteAbort;
        if (transaction.ProducerEpoch != producer.Epoch && !(isRepetition && mayRepeat))
        {
            return Refuse(ErrorCode.ProducerFenced);
        }

        if (isRepetition)
        {
            return IsOutcome(transaction, isCommit) ? Repeat(transaction) : RefuseState(transaction, isCommit);
        }

        // Under version 2 nobody has to add partitions first, so a transaction that failed early may be unknown here.
        return transaction.State == TransactionState.Ongoing || !isCommit
            ? PrepareRaising(transaction, isCommit, clientVersion, nowMs)
            : RefuseState(transaction, isCommit);
    }

    private Decided<ProducerStart> PrepareRaising(
        Transaction transaction, bool isCommit, short clientVersion, long nowMs)
    {
        long nextProducerId = BatchLayout.NoProducerId;
        if (transaction.IsEpochExhausted && !producerIds.TryTake(out nextProducerId))
        {
            return Refuse(ErrorCode.CoordinatorLoadInProgress);
        }

        return Prepare(transaction.Prepare(isCommit, clientVersion, nextProducerId, nowMs));
    }

    /// <summary>
    /// The producer is told as soon as the outcome is written, with what it goes on with; the markers follow.
    /// </summary>
    private Decided<ProducerStart> Prepare(Transaction prepared)
    {
        Transaction complete = prepared.Complete(prepared.UpdateMs);
        return new(
            new ProducerStart(ErrorCode.None, complete.ProducerId, complete.ProducerEpoch), shard.Prepare(prepared));
    }

    private Decided<ProducerStart> RefuseState(Transaction transaction, bool isCommit)
    {
        string outcome = isCommit ? "committed" : "aborted";
        lines.Warn($"Transactional id {transaction.Id} is in {transaction.State} and can not be {outcome}.");
        return Refuse(ErrorCode.InvalidTxnState);
    }
}
