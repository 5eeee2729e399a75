using System.Text.RegularExpressions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Transactions;

/// <summary>ListTransactions, DescribeTransactions and counters. Owned by its partition's loop.</summary>
internal sealed class TransactionViews(TransactionShard shard)
{
    public IReadOnlyList<ListTransactionsResponse.TransactionStateData> List(
        ListTransactionsRequest request, Regex? pattern, long nowMs)
    {
        List<ListTransactionsResponse.TransactionStateData> listed = [];
        foreach (Transaction transaction in shard.Transactions)
        {
            if (Passes(request, pattern, transaction, nowMs))
            {
                listed.Add(new()
                {
                    TransactionalId = transaction.Id,
                    ProducerId = transaction.ProducerId,
                    TransactionState = transaction.State.ToString(),
                });
            }
        }

        return listed;
    }

    public DescribeTransactionsResponse.TransactionStateData Describe(string id)
    {
        if (shard.Find(id) is not { } transaction)
        {
            return new() { TransactionalId = id, ErrorCode = (short)ErrorCode.TransactionalIdNotFound };
        }

        List<DescribeTransactionsResponse.TopicData> topics = [];
        PartitionSet partitions = shard.Completions.RemainingOf(transaction);
        foreach (IGrouping<string, TransactionPartition> topic in partitions.GroupBy(one => one.Topic))
        {
            topics.Add(new() { Topic = topic.Key, Partitions = [.. topic.Select(one => one.Partition)] });
        }

        return new()
        {
            TransactionalId = id,
            TransactionState = transaction.State.ToString(),
            TransactionTimeoutMs = transaction.TimeoutMs,
            TransactionStartTimeMs = transaction.StartMs,
            ProducerId = transaction.ProducerId,
            ProducerEpoch = transaction.ProducerEpoch,
            Topics = [.. topics],
        };
    }

    public TransactionCounts Count()
    {
        TransactionCounts counts = new(0, 0, 0, long.MaxValue);
        foreach (Transaction transaction in shard.Transactions)
        {
            bool isOpen = transaction.State == TransactionState.Ongoing;
            bool isEnding = transaction.State.IsEnding();
            counts = new TransactionCounts(
                counts.Ids + 1,
                counts.Open + (isOpen ? 1 : 0),
                counts.Ending + (isEnding ? 1 : 0),
                isOpen || isEnding ? Math.Min(counts.OldestStartMs, transaction.StartMs) : counts.OldestStartMs);
        }

        return counts;
    }

    private static bool Passes(
        ListTransactionsRequest request, Regex? pattern, Transaction transaction, long nowMs) =>
        (request.ProducerIdFilters.Length == 0 || request.ProducerIdFilters.Contains(transaction.ProducerId))
        && (request.StateFilters.Length == 0 || request.StateFilters.Contains(transaction.State.ToString()))
        && (request.DurationFilter < 0 || nowMs - transaction.StartMs > request.DurationFilter)
        && (pattern is null || pattern.IsMatch(transaction.Id));
}

/// <summary>How much there is in a partition of the coordinator. An immutable snapshot.</summary>
/// <param name="Ids">Transactional ids.</param>
/// <param name="Open">Transactions that wait for their producer.</param>
/// <param name="Ending">Transactions whose markers are under way.</param>
/// <param name="OldestStartMs">When the oldest of them began, wall time in ms; the largest number without any.</param>
public readonly record struct TransactionCounts(int Ids, int Open, int Ending, long OldestStartMs);
