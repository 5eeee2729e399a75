using Millrace.Loadgen.Report;

namespace Millrace.Loadgen;

/// <summary>
/// What one consumer group has seen of the run's records: the numbers of every producer in every partition, and what
/// was damaged. Each partition is written by the one consumer that reads it; summed up once all are done.
/// </summary>
internal sealed class RecordChecks
{
    private readonly Dictionary<(int Topic, int Partition), PartitionCheck> partitions = [];

    /// <summary>Adds a partition, before the run.</summary>
    public PartitionCheck Add(int topic, int partition, int producers)
    {
        PartitionCheck check = new(producers);
        partitions[(topic, partition)] = check;
        return check;
    }

    /// <summary>What was found.</summary>
    /// <param name="ledger">What was sent; null where that is not known, and only gaps can be.</param>
    public VerifyOutcome Sum(SendLedger? ledger)
    {
        long seen = 0, lost = 0, duplicated = 0, outOfOrder = 0, corrupt = 0;
        foreach (((int topic, int partition), PartitionCheck check) in partitions)
        {
            seen += check.Checked;
            corrupt += check.Corrupt;
            for (int producer = 0; producer < check.Producers; producer++)
            {
                SequenceCheck? sequence = check.OfOrNone(producer);
                duplicated += sequence?.Duplicated ?? 0;
                outOfOrder += sequence?.OutOfOrder ?? 0;
                lost += Lost(sequence, ledger, producer, topic, partition);
            }
        }

        return new VerifyOutcome
        {
            Checked = seen,
            Lost = lost,
            Duplicated = duplicated,
            OutOfOrder = outOfOrder,
            Corrupt = corrupt,
        };
    }

    private static long Lost(SequenceCheck? sequence, SendLedger? ledger, int producer, int topic, int partition)
    {
        long lost = 0;
        foreach ((long first, long end) in sequence?.Gaps ?? [])
        {
            lost += CountLost(ledger, producer, topic, partition, first, end);
        }

        long sent = ledger?.CountOf(producer, topic, partition) ?? 0;
        return lost + CountLost(ledger, producer, topic, partition, sequence?.End ?? 0, sent);
    }

    private static long CountLost(SendLedger? ledger, int producer, int topic, int partition, long first, long end)
    {
        if (ledger is null)
        {
            return Math.Max(0, end - first);
        }

        return ledger.CountDelivered(producer, topic, partition, first, end);
    }
}
