namespace Millrace.Protocol.Messages;

/// <summary>
/// A member of a classic group joins or rejoins, and waits for the others. Without a rebalance timeout (version 0)
/// the session timeout serves; from 4 on a new member is sent back once to come with the id it was given.
/// </summary>
[Message(ApiKey.JoinGroup, MessageType.Request, Versions = "0-9", Flexible = "6+")]
public sealed partial class JoinGroupRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    public int SessionTimeoutMs;

    /// <summary>The session timeout stands in for it in version 0.</summary>
    [Since(1), Ignorable] public int RebalanceTimeoutMs = -1;

    public string MemberId = "";
    [Since(5), Nullable] public string? GroupInstanceId = null;
    public string ProtocolType = "";
    public JoinGroupRequestProtocol[] Protocols = [];
    [Since(8), Nullable, Ignorable] public string? Reason = null;

    public sealed partial class JoinGroupRequestProtocol
    {
        [MapKey] public string Name = "";
        public byte[] Metadata = [];
    }
}

/// <summary>
/// Ends a join: everybody learns the generation and the leader, and the leader gets all subscriptions. The leader may
/// be told to keep the assignment from 9 on.
/// </summary>
[Message(ApiKey.JoinGroup, MessageType.Response, Versions = "0-9", Flexible = "6+")]
public sealed partial class JoinGroupResponse
{
    [Since(2), Ignorable] public int ThrottleTimeMs;
    public short ErrorCode;
    public int GenerationId = -1;
    [Since(7), Nullable, Ignorable] public string? ProtocolType = null;
    [Nullable(7)] public string? ProtocolName = "";
    public string Leader = "";
    [Since(9)] public bool SkipAssignment;
    public string MemberId = "";
    public JoinGroupResponseMember[] Members = [];

    public sealed partial class JoinGroupResponseMember
    {
        public string MemberId = "";
        [Since(5), Nullable, Ignorable] public string? GroupInstanceId = null;
        public byte[] Metadata = [];
    }
}
