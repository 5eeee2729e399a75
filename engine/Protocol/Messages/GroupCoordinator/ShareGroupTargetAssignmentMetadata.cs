namespace Millrace.Protocol.Messages;

/// <summary>Key of the epoch that a share group's target assignment was computed for.</summary>
[Message(MessageType.CoordinatorKey, 12, Versions = "0")]
public sealed partial class ShareGroupTargetAssignmentMetadataKey
{
    public string GroupId = "";
}

/// <summary>Epoch of a share group's target assignment, and since 4.3 when it was computed (KIP-1263).</summary>
[Message(MessageType.CoordinatorValue, 12, Versions = "0", Flexible = "0+")]
public sealed partial class ShareGroupTargetAssignmentMetadataValue
{
    public int AssignmentEpoch;
    [Tag(0), Ignorable] public long AssignmentTimestamp;
}
