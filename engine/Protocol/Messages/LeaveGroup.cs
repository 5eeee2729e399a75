namespace Millrace.Protocol.Messages;

/// <summary>
/// A member of a classic group leaves; from 3 on an admin may remove several members, static ones too.
/// </summary>
[Message(ApiKey.LeaveGroup, MessageType.Request, Versions = "0-5", Flexible = "4+")]
public sealed partial class LeaveGroupRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    [Until(2)] public string MemberId = "";
    [Since(3)] public MemberIdentity[] Members = [];

    public sealed partial class MemberIdentity
    {
        public string MemberId = "";
        [Nullable] public string? GroupInstanceId = null;
        [Since(5), Nullable, Ignorable] public string? Reason = null;
    }
}

/// <summary>The outcome; for each member from 3 on.</summary>
[Message(ApiKey.LeaveGroup, MessageType.Response, Versions = "0-5", Flexible = "4+")]
public sealed partial class LeaveGroupResponse
{
    [Since(1), Ignorable] public int ThrottleTimeMs;
    public short ErrorCode;
    [Since(3)] public MemberResponse[] Members = [];

    public sealed partial class MemberResponse
    {
        public string MemberId = "";
        [Nullable] public string? GroupInstanceId = "";
        public short ErrorCode;
    }
}
