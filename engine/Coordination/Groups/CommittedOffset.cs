using Millrace.Base;

namespace Millrace.Coordination.Groups;

/// <summary>What was committed for one partition.</summary>
/// <param name="RecordOffset">Where in the log: the later of two commits is the one further on.</param>
/// <param name="Offset">The committed offset.</param>
/// <param name="LeaderEpoch">Of the last consumed record, or -1.</param>
/// <param name="Metadata">The client's own note.</param>
/// <param name="CommitTimestampMs">When it was committed.</param>
/// <param name="ExpireTimestampMs">When it expires, or -1 for the group's rules; set by versions 2 to 4.</param>
/// <param name="TopicId">The topic's id where it was known.</param>
internal readonly record struct CommittedOffset(
    long RecordOffset, long Offset, int LeaderEpoch, string Metadata, long CommitTimestampMs, long ExpireTimestampMs,
    Uuid TopicId)
{
    /// <summary>
    /// Whether it was committed for another topic than the one asked for: one of the same name that was deleted since.
    /// </summary>
    public bool IsOfOtherTopic(Uuid topicId) =>
        TopicId != Uuid.Zero && topicId != Uuid.Zero && TopicId != topicId;
}

/// <summary>A partition by name, within a group.</summary>
internal readonly record struct GroupPartition(string Topic, int Partition);
