namespace Millrace.Protocol.Messages;

/// <summary>Key of a consumer group's member.</summary>
[Message(MessageType.CoordinatorKey, 5, Versions = "0")]
public sealed partial class ConsumerGroupMemberMetadataKey
{
    public string GroupId = "";
    public string MemberId = "";
}

/// <summary>
/// What a consumer group's member told of itself; a member of the classic protocol has its part too.
/// </summary>
[Message(MessageType.CoordinatorValue, 5, Versions = "0", Flexible = "0+")]
public sealed partial class ConsumerGroupMemberMetadataValue
{
    [Nullable] public string? InstanceId = "";
    [Nullable] public string? RackId = "";
    public string ClientId = "";
    public string ClientHost = "";
    public string[] SubscribedTopicNames = [];
    [Nullable] public string? SubscribedTopicRegex = "";
    public int RebalanceTimeoutMs = -1;
    [Nullable] public string? ServerAssignor = "";
    [Tag(0), Nullable] public ClassicMemberData? ClassicMemberMetadata = new();

    [KafkaName("ClassicMemberMetadata")]
    public sealed partial class ClassicMemberData
    {
        public int SessionTimeoutMs;
        public ClassicProtocol[] SupportedProtocols = [];
    }

    public sealed partial class ClassicProtocol
    {
        public string Name = "";
        public byte[] Metadata = [];
    }
}
