namespace Millrace.Protocol.Messages;

/// <summary>Key of a share group's member.</summary>
[Message(MessageType.CoordinatorKey, 10, Versions = "0")]
public sealed partial class ShareGroupMemberMetadataKey
{
    public string GroupId = "";
    public string MemberId = "";
}

/// <summary>What a share group's member told of itself.</summary>
[Message(MessageType.CoordinatorValue, 10, Versions = "0", Flexible = "0+")]
public sealed partial class ShareGroupMemberMetadataValue
{
    [Nullable] public string? RackId = "";
    public string ClientId = "";
    public string ClientHost = "";
    public string[] SubscribedTopicNames = [];
}
