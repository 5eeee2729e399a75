namespace Millrace.Protocol.Messages;

/// <summary>Key of the epoch that a consumer group's target assignment was computed for.</summary>
[Message(MessageType.CoordinatorKey, 6, Versions = "0")]
public sealed partial class ConsumerGroupTargetAssignmentMetadataKey
{
    public string GroupId = "";
}

/// <summary>Epoch of a consumer group's target assignment, and since 4.3 when it was computed (KIP-1263).</summary>
[Message(MessageType.CoordinatorValue, 6, Versions = "0", Flexible = "0+")]
public sealed partial class ConsumerGroupTargetAssignmentMetadataValue
{
    public int AssignmentEpoch;
    [Tag(0), Ignorable] public long AssignmentTimestamp;
}
