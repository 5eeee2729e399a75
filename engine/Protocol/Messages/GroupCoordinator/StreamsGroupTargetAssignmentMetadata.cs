namespace Millrace.Protocol.Messages;

/// <summary>Key of the epoch that a streams group's target assignment was computed for.</summary>
[Message(MessageType.CoordinatorKey, 20, Versions = "0")]
public sealed partial class StreamsGroupTargetAssignmentMetadataKey
{
    public string GroupId = "";
}

/// <summary>Epoch of a streams group's target assignment, and since 4.3 when it was computed (KIP-1263).</summary>
[Message(MessageType.CoordinatorValue, 20, Versions = "0", Flexible = "0+")]
public sealed partial class StreamsGroupTargetAssignmentMetadataValue
{
    public int AssignmentEpoch;
    [Tag(0), Ignorable] public long AssignmentTimestamp;
}
