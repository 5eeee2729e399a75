namespace Millrace.Storage.Tests.Log;

/// <summary>A batch as the model remembers it.</summary>
internal sealed record ModelBatch(
    long BaseOffset,
    long LastOffset,
    long MaxTimestamp,
    int Epoch,
    long ProducerId,
    short ProducerEpoch,
    int BaseSequence,
    bool IsTransactional,
    bool IsControl,
    bool IsAbort);

/// <summary>A producer as the model remembers it.</summary>
internal sealed class ModelProducer
{
    public short Epoch { get; set; }

    public int LastSequence { get; set; } = -1;

    public long LastOffset { get; set; } = -1;

    public ModelBatch? Last { get; set; }

    public long TransactionFirstOffset { get; set; } = -1;
}

/// <summary>A partition's log in plain lists: what the engine's log has to be equal to.</summary>
internal sealed class LogModel
{
    /// <summary>Everything below the end, whatever the start is.</summary>
    public List<ModelBatch> Batches { get; } = [];

    public Dictionary<long, ModelProducer> Producers { get; private set; } = [];

    public List<AbortedTransaction> Aborted { get; } = [];

    /// <summary>Ended transactions: first offset and marker.</summary>
    public List<(long First, long Marker)> Ended { get; } = [];

    public long Start { get; set; }

    public long End { get; set; }

    public long HighWatermark { get; set; }

    public long FirstUnstable
    {
        get
        {
            long first = long.MaxValue;
            foreach (ModelProducer producer in Producers.Values)
            {
                if (producer.TransactionFirstOffset >= 0)
                {
                    first = Math.Min(first, producer.TransactionFirstOffset);
                }
            }

            foreach ((long begin, long marker) in Ended)
            {
                if (marker >= HighWatermark)
                {
                    first = Math.Min(first, begin);
                }
            }

            return first;
        }
    }

    public long LastStable => Math.Min(Math.Max(FirstUnstable, Start), HighWatermark);

    public IEnumerable<ModelBatch> Visible => Batches.Where(batch => batch.LastOffset >= Start);

    public void Add(ModelBatch batch)
    {
        Batches.Add(batch);
        End = batch.LastOffset + 1;
        if (batch.ProducerId >= 0)
        {
            TakeIn(batch);
        }
    }

    private void TakeIn(ModelBatch batch)
    {
        if (!Producers.TryGetValue(batch.ProducerId, out ModelProducer? producer))
        {
            producer = new ModelProducer();
            Producers.Add(batch.ProducerId, producer);
        }

        if (producer.Epoch != batch.ProducerEpoch)
        {
            producer.Epoch = batch.ProducerEpoch;
            producer.LastSequence = -1;
            producer.LastOffset = -1;
            producer.Last = null;
        }

        if (!batch.IsControl)
        {
            producer.LastSequence = batch.BaseSequence + (int)(batch.LastOffset - batch.BaseOffset);
            producer.LastOffset = batch.LastOffset;
            producer.Last = batch;
            if (batch.IsTransactional && producer.TransactionFirstOffset < 0)
            {
                producer.TransactionFirstOffset = batch.BaseOffset;
            }
        }
        else if (producer.TransactionFirstOffset >= 0)
        {
            long first = producer.TransactionFirstOffset;
            producer.TransactionFirstOffset = -1;
            Ended.Add((first, batch.LastOffset));
            if (batch.IsAbort)
            {
                long stable = Producers.Values.Where(other => other.TransactionFirstOffset >= 0)
                    .Select(other => other.TransactionFirstOffset).DefaultIfEmpty(batch.LastOffset + 1).Min();
                Aborted.Add(new AbortedTransaction(batch.ProducerId, first, batch.LastOffset, stable));
            }
        }
    }

    public void TruncateTo(long offset)
    {
        List<ModelBatch> kept = [.. Batches.Where(batch => batch.LastOffset < offset)];
        Batches.Clear();
        Ended.Clear();
        Aborted.Clear();
        Producers = [];
        foreach (ModelBatch batch in kept)
        {
            Add(batch);
        }

        End = offset;
        Start = Math.Min(Start, offset);
        HighWatermark = Math.Min(HighWatermark, offset);
    }

    public void StartOver(long offset)
    {
        TruncateTo(0);
        Start = End = HighWatermark = offset;
    }

    public (long Timestamp, long Offset) FindByTimestamp(long timestamp)
    {
        foreach (ModelBatch batch in Visible)
        {
            // Every record of a batch has its timestamp in this model.
            if (batch.MaxTimestamp >= timestamp)
            {
                return (batch.MaxTimestamp, Math.Max(batch.BaseOffset, Start));
            }
        }

        return (-1, -1);
    }

    /// <summary>The end of an epoch, by looking at every batch that can still be read.</summary>
    public EpochEnd EndOf(int epoch)
    {
        List<ModelBatch> visible = [.. Visible];
        if (epoch > visible[^1].Epoch)
        {
            return EpochEnd.Unknown;
        }

        if (epoch == visible[^1].Epoch)
        {
            return new EpochEnd(epoch, End);
        }

        ModelBatch higher = visible.First(batch => batch.Epoch > epoch);
        ModelBatch? before = visible.LastOrDefault(batch => batch.Epoch <= epoch);
        return new EpochEnd(before?.Epoch ?? epoch, Math.Max(higher.BaseOffset, Start));
    }
}
