namespace Millrace.Loadgen;

/// <summary>How consumers read: the knobs of Kafka's own consumer under their usual meaning. Immutable.</summary>
internal sealed record ConsumeSpec
{
    /// <summary>Groups that each read everything.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Consumers of one group; partitions are dealt out among them once, at the start.</summary>
    public int Consumers { get; init; } = 1;

    /// <summary>From the first record that is there, not from the end.</summary>
    public bool IsFromBeginning { get; init; }

    /// <summary>Starts again at the beginning where the end is reached: a reader that never runs dry.</summary>
    public bool IsLooping { get; init; }

    /// <summary><c>fetch.min.bytes</c>.</summary>
    public int MinBytes { get; init; } = 1;

    /// <summary><c>fetch.max.wait.ms</c>.</summary>
    public int MaxWaitMs { get; init; } = 500;

    /// <summary><c>fetch.max.bytes</c>.</summary>
    public int MaxBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary><c>max.partition.fetch.bytes</c>.</summary>
    public int PartitionMaxBytes { get; init; } = 1024 * 1024;

    /// <summary><c>isolation.level=read_committed</c>.</summary>
    public bool IsReadCommitted { get; init; }

    /// <summary>Look into every record for its due time: end-to-end latency.</summary>
    public bool ReadsStamps { get; init; }

    /// <summary>Check every batch's and record's checksum, and every record's number.</summary>
    public bool Verifies { get; init; }

    /// <summary>Ends each consumer once its partitions are read to where they ended at the start.</summary>
    public bool EndsAtEnd { get; init; }
}
