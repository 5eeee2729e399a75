namespace Millrace.Protocol.Messages;

/// <summary>Key of a share group's epoch.</summary>
[Message(MessageType.CoordinatorKey, 11, Versions = "0")]
public sealed partial class ShareGroupMetadataKey
{
    public string GroupId = "";
}

/// <summary>Epoch of a share group, and the hash of the topics that it reads.</summary>
[Message(MessageType.CoordinatorValue, 11, Versions = "0", Flexible = "0+")]
public sealed partial class ShareGroupMetadataValue
{
    public int Epoch;
    public long MetadataHash;
}
