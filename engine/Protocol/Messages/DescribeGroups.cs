namespace Millrace.Protocol.Messages;

/// <summary>
/// An admin looks at classic groups. From 6 on a missing group is GROUP_ID_NOT_FOUND rather than a dead one
/// (KIP-1043).
/// </summary>
[Message(ApiKey.DescribeGroups, MessageType.Request, Versions = "0-6", Flexible = "5+")]
public sealed partial class DescribeGroupsRequest
{
    [Entity(EntityType.GroupId)] public string[] Groups = [];
    [Since(3)] public bool IncludeAuthorizedOperations;
}

/// <summary>State, protocol and members of each group.</summary>
[Message(ApiKey.DescribeGroups, MessageType.Response, Versions = "0-6", Flexible = "5+")]
public sealed partial class DescribeGroupsResponse
{
    [Since(1), Ignorable] public int ThrottleTimeMs;
    public DescribedGroup[] Groups = [];

    public sealed partial class DescribedGroup
    {
        public short ErrorCode;
        [Since(6), Nullable] public string? ErrorMessage = null;
        [Entity(EntityType.GroupId)] public string GroupId = "";
        public string GroupState = "";
        public string ProtocolType = "";
        public string ProtocolData = "";
        public DescribedGroupMember[] Members = [];
        [Since(3)] public int AuthorizedOperations = int.MinValue;
    }

    public sealed partial class DescribedGroupMember
    {
        public string MemberId = "";
        [Since(4), Nullable, Ignorable] public string? GroupInstanceId = null;
        public string ClientId = "";
        public string ClientHost = "";
        public byte[] MemberMetadata = [];
        public byte[] MemberAssignment = [];
    }
}
