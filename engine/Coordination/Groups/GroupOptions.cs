namespace Millrace.Coordination.Groups;

/// <summary>
/// Settings of the group coordinator, named after Kafka's configs. Immutable; a change is a new object.
/// </summary>
public sealed record GroupOptions
{
    /// <summary><c>group.initial.rebalance.delay.ms</c>.</summary>
    public int InitialRebalanceDelayMs { get; init; } = 3000;

    /// <summary><c>group.min.session.timeout.ms</c>.</summary>
    public int SessionTimeoutMsMin { get; init; } = 6000;

    /// <summary><c>group.max.session.timeout.ms</c>.</summary>
    public int SessionTimeoutMsMax { get; init; } = 30 * 60 * 1000;

    /// <summary>Members of one group (<c>group.max.size</c>).</summary>
    public int SizeMax { get; init; } = int.MaxValue;

    /// <summary>
    /// How long a joiner that never was in a generation may be silent, in ms. Five minutes in Kafka, no config: its
    /// first join waits for the whole rebalance, during which it sends nothing.
    /// </summary>
    public int NewMemberTimeoutMs { get; init; } = 5 * 60 * 1000;

    /// <summary>UTF-16 units, as Kafka counts them (<c>offset.metadata.max.bytes</c>).</summary>
    public int OffsetMetadataLengthMax { get; init; } = 4096;

    /// <summary><c>offsets.retention.minutes</c>, in ms.</summary>
    public long OffsetsRetentionMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary><c>offsets.retention.check.interval.ms</c>.</summary>
    public long RetentionCheckIntervalMs { get; init; } = 600_000;

    /// <summary>
    /// Partitions of <c>__consumer_offsets</c> while it is not there (<c>offsets.topic.num.partitions</c>): how many it
    /// will get.
    /// </summary>
    public int PartitionCount { get; init; } = 50;

    /// <summary>
    /// Version of a commit's value (<c>millrace.offsets.record.version</c>): 4, which has the topic's id, or 3, which
    /// tools that read the topic themselves know better.
    /// </summary>
    public short OffsetRecordVersion { get; init; } = 4;
}
