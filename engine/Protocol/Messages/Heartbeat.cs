namespace Millrace.Protocol.Messages;

/// <summary>A member of a classic group shows its coordinator that it lives.</summary>
[Message(ApiKey.Heartbeat, MessageType.Request, Versions = "0-4", Flexible = "4+")]
public sealed partial class HeartbeatRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    public int GenerationId;
    public string MemberId = "";
    [Since(3), Nullable] public string? GroupInstanceId = null;
}

/// <summary>Goes on, or tells the member to rejoin (REBALANCE_IN_PROGRESS).</summary>
[Message(ApiKey.Heartbeat, MessageType.Response, Versions = "0-4", Flexible = "4+")]
public sealed partial class HeartbeatResponse
{
    [Since(1), Ignorable] public int ThrottleTimeMs;
    public short ErrorCode;
}
