using Millrace.Coordination.Transactions;

namespace Millrace.Coordination.Tests.Transactions;

/// <summary>
/// A data partition as Kafka's rules have it: producers with epochs, transactions that stand open, markers that are
/// refused from older coordinators and producers, and writes that are verified first (KIP-890). Its log is never lost:
/// what may go wrong with that is not the coordinator's.
/// </summary>
internal sealed class ModelPartition(TransactionPartition name)
{
    private readonly List<Entry> log = [];
    private readonly Dictionary<long, ProducerState> producers = [];

    public TransactionPartition Name { get; } = name;

    /// <summary>Everything below is of transactions that have ended.</summary>
    public int LastStableOffset
    {
        get
        {
            int first = log.Count;
            foreach (ProducerState producer in producers.Values)
            {
                first = producer.FirstOffset is { } open ? Math.Min(first, open) : first;
            }

            return first;
        }
    }

    public int EndOffset => log.Count;

    public IReadOnlyList<Entry> Log => log;

    /// <summary>A write begins: its guard is void once the marker of its transaction comes in between.</summary>
    public object Guard(long producerId, short epoch)
    {
        ProducerState producer = Of(producerId);
        producer.GuardEpoch = producer.Guard is null ? epoch : Math.Max(epoch, producer.GuardEpoch);
        return producer.Guard ??= new object();
    }

    /// <summary>
    /// Whether a write has to ask the coordinator first, or its transaction stands open here already. One of another
    /// epoch is another transaction: the one before may still wait for its marker.
    /// </summary>
    public bool NeedsVerification(long producerId, short epoch)
    {
        ProducerState producer = Of(producerId);
        return producer.FirstOffset is null || producer.Epoch != epoch;
    }

    /// <returns>False where the write is refused.</returns>
    public bool TryWrite(long producerId, short epoch, int transaction, object? guard)
    {
        ProducerState producer = Of(producerId);
        bool isVerified = !NeedsVerification(producerId, epoch) || (guard is not null && guard == producer.Guard);
        if (epoch < producer.Epoch || !isVerified)
        {
            return false;
        }

        producer.Guard = null;
        producer.Epoch = epoch;
        producer.FirstOffset ??= log.Count;
        log.Add(new Entry(producerId, epoch, transaction, Outcome: null));
        return true;
    }

    public MarkerOutcome End(TransactionMarker marker)
    {
        ProducerState producer = Of(marker.ProducerId);
        bool isOld = marker.ProducerEpoch < producer.Epoch;
        if (marker.TransactionVersion >= 2 && marker.ProducerEpoch == producer.Epoch)
        {
            // The same marker again is let through where nothing is open.
            isOld = producer.FirstOffset is not null && marker.ProducerEpoch != short.MaxValue;
        }

        if (isOld || marker.CoordinatorEpoch < producer.CoordinatorEpoch)
        {
            return MarkerOutcome.Fenced;
        }

        // A marker of version 2 has the epoch of the next transaction, which may be asking already.
        bool isOfNext = marker.TransactionVersion >= 2 && producer.GuardEpoch >= marker.ProducerEpoch;
        producer.Guard = isOfNext ? producer.Guard : null;
        producer.Epoch = marker.ProducerEpoch;
        producer.CoordinatorEpoch = marker.CoordinatorEpoch;
        producer.FirstOffset = null;
        log.Add(new Entry(marker.ProducerId, marker.ProducerEpoch, Transaction: -1, marker.IsCommit));
        return MarkerOutcome.Written;
    }

    /// <summary>What became of each transaction that ended here: a reader's view, from the log alone.</summary>
    public IEnumerable<(int Transaction, bool IsCommit)> Outcomes()
    {
        Dictionary<long, List<int>> open = [];
        foreach (Entry entry in log)
        {
            List<int> transactions = open.TryGetValue(entry.ProducerId, out List<int>? known)
                ? known
                : open[entry.ProducerId] = [];
            if (entry.Outcome is not { } isCommit)
            {
                transactions.Add(entry.Transaction);
                continue;
            }

            foreach (int transaction in transactions)
            {
                yield return (transaction, isCommit);
            }

            transactions.Clear();
        }
    }

    private ProducerState Of(long producerId) => producers.TryGetValue(producerId, out ProducerState? known)
        ? known
        : producers[producerId] = new ProducerState();

    internal readonly record struct Entry(long ProducerId, short Epoch, int Transaction, bool? Outcome);

    private sealed class ProducerState
    {
        public short Epoch { get; set; } = -1;

        public int CoordinatorEpoch { get; set; } = -1;

        public int? FirstOffset { get; set; }

        public object? Guard { get; set; }

        public short GuardEpoch { get; set; }
    }
}
