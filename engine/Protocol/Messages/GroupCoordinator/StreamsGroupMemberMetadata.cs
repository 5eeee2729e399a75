namespace Millrace.Protocol.Messages;

/// <summary>Key of a streams group's member.</summary>
[Message(MessageType.CoordinatorKey, 19, Versions = "0")]
public sealed partial class StreamsGroupMemberMetadataKey
{
    public string GroupId = "";
    public string MemberId = "";
}

/// <summary>What a streams group's member told of itself.</summary>
[Message(MessageType.CoordinatorValue, 19, Versions = "0", Flexible = "0+")]
public sealed partial class StreamsGroupMemberMetadataValue
{
    [Nullable] public string? InstanceId = "";
    [Nullable] public string? RackId = "";
    public string ClientId = "";
    public string ClientHost = "";
    public int RebalanceTimeoutMs = -1;
    public int TopologyEpoch;
    public string ProcessId = "";
    [Nullable] public Endpoint? UserEndpoint = null;
    public KeyValue[] ClientTags = [];

    public sealed partial class Endpoint
    {
        public string Host = "";
        public ushort Port;
    }

    public sealed partial class KeyValue
    {
        public string Key = "";
        public string Value = "";
    }
}
