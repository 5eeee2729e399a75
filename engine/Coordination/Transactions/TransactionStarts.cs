using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// InitProducerId: a producer takes over a transactional id, and what an older one left open is aborted first. Owned by
/// its partition's loop.
/// </summary>
internal sealed class TransactionStarts(TransactionShard shard, IProducerIds producerIds, LogArea lines)
{
    /// <summary>What is wrong with a request whatever the state of its id.</summary>
    public static ErrorCode Check(in ProducerStartRequest request, TransactionOptions options)
    {
        if (request.TransactionalId.Length == 0)
        {
            return ErrorCode.InvalidRequest;
        }

        if (request.EnablesTwoPhase && !options.AllowsTwoPhase)
        {
            return ErrorCode.TransactionalIdAuthorizationFailed;
        }

        if (request.KeepsPrepared)
        {
            // As Kafka 4.4, where the protocol has the field and the coordinator does not serve it yet.
            return ErrorCode.UnsupportedVersion;
        }

        bool isTimeoutAllowed = request.TimeoutMs > 0 && request.TimeoutMs <= options.TimeoutMsMax;
        return request.EnablesTwoPhase || isTimeoutAllowed ? ErrorCode.None : ErrorCode.InvalidTransactionTimeout;
    }

    public Decided<ProducerStart> Start(in ProducerStartRequest request, long nowMs)
    {
        Transaction? known = shard.Find(request.TransactionalId);
        if (known is null)
        {
            if (!producerIds.TryTake(out long producerId))
            {
                return Refuse(ErrorCode.CoordinatorLoadInProgress);
            }

            known = new Transaction { Id = request.TransactionalId, ProducerId = producerId, UpdateMs = nowMs };
        }

        if (known.State.IsEnding())
        {
            return Refuse(ErrorCode.ConcurrentTransactions);
        }

        if (request.Expected is { } expected && !MayBe(expected, known))
        {
            return Refuse(ErrorCode.ProducerFenced);
        }

        return known.State == TransactionState.Ongoing ? Fence(known, nowMs) : Start(known, request, nowMs);
    }

    /// <summary>
    /// Whether a producer can be the one that the id had last. One whose epochs ran out may have been given a new id
    /// without hearing of it.
    /// </summary>
    private static bool MayBe((long ProducerId, short Epoch) expected, Transaction known) =>
        known.ProducerEpoch == BatchLayout.NoProducerEpoch
        || expected.ProducerId == known.ProducerId
        || (expected.ProducerId == known.PreviousProducerId && Transaction.IsExhausted(expected.Epoch));

    private static Decided<ProducerStart> Refuse(ErrorCode error) =>
        new(ProducerStart.Failed(error), Decision.Nothing);

    /// <summary>
    /// Aborts what is open. The producer asks again, and the epoch rises a second time: so that the one of the abort
    /// belongs to nobody, and so that the last epoch of an id is never given out.
    /// </summary>
    private Decided<ProducerStart> Fence(Transaction open, long nowMs)
    {
        long nextProducerId = BatchLayout.NoProducerId;
        if (open.IsEpochExhausted
            && shard.ServerVersion >= TransactionVersions.EpochPerTransaction
            && !producerIds.TryTake(out nextProducerId))
        {
            return Refuse(ErrorCode.CoordinatorLoadInProgress);
        }

        lines.Info($"The open transaction of transactional id {open.Id} is aborted, as a producer begins anew.");
        return new(
            ProducerStart.Failed(ErrorCode.ConcurrentTransactions),
            shard.Prepare(open.Fence(shard.ServerVersion, nextProducerId, nowMs)));
    }

    private Decided<ProducerStart> Start(Transaction known, in ProducerStartRequest request, long nowMs)
    {
        int timeoutMs = request.EnablesTwoPhase ? int.MaxValue : request.TimeoutMs;
        short? expectedEpoch = request.Expected?.Epoch;
        Transaction? next;
        if (known.IsEpochExhausted && (expectedEpoch is null || expectedEpoch == known.ProducerEpoch))
        {
            if (!producerIds.TryTake(out long producerId))
            {
                return Refuse(ErrorCode.CoordinatorLoadInProgress);
            }

            next = known.ChangeProducerId(producerId, timeoutMs, expectedEpoch is not null, nowMs);
        }
        else if (known.IsEpochExhausted)
        {
            // Kafka's check for a producer without epochs fails here, with an answer that says nothing.
            return Refuse(ErrorCode.ProducerFenced);
        }
        else
        {
            next = known.RaiseEpoch(timeoutMs, expectedEpoch, nowMs);
        }

        if (next is null)
        {
            return Refuse(ErrorCode.ProducerFenced);
        }

        lines.Debug($"Transactional id {next.Id} has producer id {next.ProducerId} and epoch {next.ProducerEpoch}.");
        return new(new ProducerStart(ErrorCode.None, next.ProducerId, next.ProducerEpoch), shard.Write(next));
    }
}
