using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// What is done to transactional ids from time to time: transactions that are open for too long are aborted, ids that
/// were not used for long are forgotten. Owned by its partition's loop.
/// </summary>
internal sealed class TransactionSweeps
{
    private readonly TransactionShard shard;
    private readonly TransactionOptions options;
    private readonly ShardTimers timers;
    private readonly IProducerIds producerIds;
    private readonly LogArea lines;
    private readonly Sweep aborts;
    private readonly Sweep expirations;

    public TransactionSweeps(
        TransactionShard shard, TransactionOptions options, ShardTimers timers, IProducerIds producerIds, LogArea lines)
    {
        this.shard = shard;
        this.options = options;
        this.timers = timers;
        this.producerIds = producerIds;
        this.lines = lines;
        aborts = new Sweep(timers, options.AbortIntervalMs, AbortTimedOut);
        expirations = new Sweep(timers, options.ExpirationIntervalMs, ForgetExpired);
    }

    public void Start()
    {
        aborts.Start();
        expirations.Start();
    }

    public void Stop()
    {
        timers.Cancel(aborts);
        timers.Cancel(expirations);
    }

    private Decision AbortTimedOut(long nowMs)
    {
        List<Transaction> aborted = [];
        foreach (Transaction transaction in shard.Transactions)
        {
            if (transaction.State.IsEnding())
            {
                shard.Completions.TakeUp(transaction);
                WarnOfPinned(transaction, nowMs);
            }
            else if (transaction.HasTimedOut(nowMs) && TryFence(transaction, nowMs) is { } fenced)
            {
                aborted.Add(fenced);
                LogTimedOut(transaction, nowMs);
            }
        }

        return shard.Prepare([.. aborted]);
    }

    private Transaction? TryFence(Transaction transaction, long nowMs)
    {
        long nextProducerId = BatchLayout.NoProducerId;
        bool needsId = transaction.IsEpochExhausted
            && shard.ServerVersion >= TransactionVersions.EpochPerTransaction;

        // Without an id it is the next sweep's.
        return needsId && !producerIds.TryTake(out nextProducerId)
            ? null
            : transaction.Fence(shard.ServerVersion, nextProducerId, nowMs);
    }

    private static string NameOf(Transaction transaction) =>
        $"transactional id {transaction.Id} (producer id {transaction.ProducerId})";

    private void LogTimedOut(Transaction transaction, long nowMs)
    {
        long openMs = nowMs - transaction.StartMs;
        lines.Info(
            $"The transaction of {NameOf(transaction)} is aborted: open for {openMs} ms, with a timeout of "
            + $"{transaction.TimeoutMs} ms, it pins the last stable offset of {transaction.Partitions}.");
    }

    /// <summary>
    /// Decided, but some partition's leader does not take the marker: consumers of committed records stand still there,
    /// which somebody should know.
    /// </summary>
    private void WarnOfPinned(Transaction transaction, long nowMs)
    {
        if (!transaction.IsTwoPhase && nowMs - transaction.UpdateMs > transaction.TimeoutMs)
        {
            long sinceMs = nowMs - transaction.UpdateMs;
            PartitionSet remaining = shard.Completions.RemainingOf(transaction);
            lines.Warn(
                $"The transaction of {NameOf(transaction)} was decided {sinceMs} ms ago, longer than its timeout, "
                + $"and still pins the last stable offset of {remaining}.");
        }
    }

    private Decision ForgetExpired(long nowMs)
    {
        List<CoordinatorRecord> tombstones = [];
        foreach (Transaction transaction in shard.Transactions)
        {
            if (transaction.State.IsIdle() && transaction.UpdateMs <= nowMs - options.ExpirationMs)
            {
                tombstones.Add(TransactionRecords.Tombstone(transaction.Id));
            }
        }

        return new Decision { Records = tombstones, IsAtomic = false };
    }

    private sealed class Sweep(ShardTimers timers, long intervalMs, Func<long, Decision> sweep) : ShardTimer
    {
        public void Start() => timers.Arm(this, intervalMs);

        public override Decision Decide(long nowMs)
        {
            Start();
            return sweep(nowMs);
        }
    }
}
