namespace Millrace.Protocol.Messages;

/// <summary>The leader of a classic group brings the assignments, the other members fetch theirs.</summary>
[Message(ApiKey.SyncGroup, MessageType.Request, Versions = "0-5", Flexible = "4+")]
public sealed partial class SyncGroupRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    public int GenerationId;
    public string MemberId = "";
    [Since(3), Nullable] public string? GroupInstanceId = null;
    [Since(5), Nullable, Ignorable] public string? ProtocolType = null;
    [Since(5), Nullable, Ignorable] public string? ProtocolName = null;
    public SyncGroupRequestAssignment[] Assignments = [];

    public sealed partial class SyncGroupRequestAssignment
    {
        public string MemberId = "";
        public byte[] Assignment = [];
    }
}

/// <summary>The member's part of the assignment.</summary>
[Message(ApiKey.SyncGroup, MessageType.Response, Versions = "0-5", Flexible = "4+")]
public sealed partial class SyncGroupResponse
{
    [Since(1), Ignorable] public int ThrottleTimeMs;
    public short ErrorCode;
    [Since(5), Nullable, Ignorable] public string? ProtocolType = null;
    [Since(5), Nullable, Ignorable] public string? ProtocolName = null;
    public byte[] Assignment = [];
}
