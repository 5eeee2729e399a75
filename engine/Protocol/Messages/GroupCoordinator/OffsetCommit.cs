using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Key of a committed offset in __consumer_offsets.</summary>
[Message(MessageType.CoordinatorKey, 1, Versions = "0")]
public sealed partial class OffsetCommitKey
{
    public string Group = "";
    public string Topic = "";
    public int Partition;
}

/// <summary>
/// A committed offset. Expiry only in 1, leader epoch from 3 on, flexible from 4; what comes later is tagged
/// (KIP-915).
/// </summary>
[Message(MessageType.CoordinatorValue, 1, Versions = "0-4", Flexible = "4+")]
public sealed partial class OffsetCommitValue
{
    public long Offset;
    [Since(3), Ignorable] public int LeaderEpoch = -1;
    public string Metadata = "";
    public long CommitTimestamp;
    [Since(1), Until(1), Ignorable] public long ExpireTimestamp = -1;
    [Since(4), Tag(0), Ignorable] public Uuid TopicId;
}
