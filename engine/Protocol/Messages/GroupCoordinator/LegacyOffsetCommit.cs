namespace Millrace.Protocol.Messages;

/// <summary>Key of a committed offset, as the oldest brokers wrote it.</summary>
[Message(MessageType.CoordinatorKey, 0, Versions = "0")]
public sealed partial class LegacyOffsetCommitKey
{
    public string Group = "";
    public string Topic = "";
    public int Partition;
}

/// <summary>A committed offset under the oldest key.</summary>
[Message(MessageType.CoordinatorValue, 0, Versions = "0")]
public sealed partial class LegacyOffsetCommitValue
{
    public long Offset;
    public string Metadata = "";
    public long CommitTimestamp;
}
