namespace Millrace.Loadgen;

/// <summary>One consumer's side of one partition. Owned by the consumer.</summary>
/// <param name="topic">Number of the topic among those of the run.</param>
/// <param name="index">The partition.</param>
/// <param name="start">Offset to begin at.</param>
/// <param name="end">The offset behind the last record when the run began.</param>
internal sealed class ConsumedPartition(int topic, int index, long start, long end)
{
    public int Topic { get; } = topic;

    public int Index { get; } = index;

    public long Start { get; } = start;

    public long End { get; } = end;

    /// <summary>The next offset to read.</summary>
    public long Position { get; set; } = start;

    public int Leader { get; set; } = -1;

    public int LeaderEpoch { get; set; } = -1;

    /// <summary>Whether the broker's session does not know the position yet.</summary>
    public bool IsChanged { get; set; } = true;

    /// <summary>Read to the end that was asked for.</summary>
    public bool IsFinished { get; set; }

    /// <summary>What was seen; null where nobody looks.</summary>
    public PartitionCheck? Check { get; init; }
}
