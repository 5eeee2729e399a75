namespace Millrace.Loadgen;

/// <summary>
/// What the producers of a run have numbered, and which of it they gave up: what a consumer must find, and no more.
/// Each producer writes its own rows; read once all are done.
/// </summary>
internal sealed class SendLedger(int producers)
{
    private readonly Dictionary<(int Topic, int Partition), Row>[] rows = MakeRows(producers);

    /// <summary>Producers of the run.</summary>
    public int Producers => rows.Length;

    /// <summary>Records that must be in the log.</summary>
    public long Delivered => rows.Sum(one => one.Values.Sum(row => row.Count - row.Failed.Sum(f => f.End - f.First)));

    /// <summary>Numbers so many more records of a partition.</summary>
    public void Sent(ProducerPartition partition, int count) => RowOf(partition).Count += count;

    /// <summary>These may be in the log or not: nobody knows.</summary>
    public void Failed(ProducerPartition partition, long first, int count) =>
        RowOf(partition).Failed.Add((first, first + count));

    /// <summary>How many records a producer has numbered for a partition: from 0, without a gap.</summary>
    public long CountOf(int producer, int topic, int partition) =>
        rows[producer].TryGetValue((topic, partition), out Row? row) ? row.Count : 0;

    /// <summary>How many of these records must be in the log: all but those that were given up.</summary>
    public long CountDelivered(int producer, int topic, int partition, long first, long end)
    {
        long count = Math.Max(0, end - first);
        if (count > 0 && rows[producer].TryGetValue((topic, partition), out Row? row))
        {
            foreach ((long failedFirst, long failedEnd) in row.Failed)
            {
                count -= Math.Max(0, Math.Min(end, failedEnd) - Math.Max(first, failedFirst));
            }
        }

        return count;
    }

    private static Dictionary<(int Topic, int Partition), Row>[] MakeRows(int producers)
    {
        Dictionary<(int Topic, int Partition), Row>[] made = new Dictionary<(int Topic, int Partition), Row>[producers];
        for (int index = 0; index < producers; index++)
        {
            made[index] = [];
        }

        return made;
    }

    private Row RowOf(ProducerPartition partition)
    {
        Dictionary<(int Topic, int Partition), Row> own = rows[partition.ProducerIndex];
        if (!own.TryGetValue((partition.Topic, partition.Index), out Row? row))
        {
            row = new Row();
            own[(partition.Topic, partition.Index)] = row;
        }

        return row;
    }

    private sealed class Row
    {
        public long Count;

        public List<(long First, long End)> Failed { get; } = [];
    }
}
