namespace Millrace.Protocol.Messages;

/// <summary>Lists the groups that a broker coordinates; filters by state from 4 on, by type from 5.</summary>
[Message(ApiKey.ListGroups, MessageType.Request, Versions = "0-5", Flexible = "3+")]
public sealed partial class ListGroupsRequest
{
    [Since(4)] public string[] StatesFilter = [];
    [Since(5)] public string[] TypesFilter = [];
}

/// <summary>The groups found.</summary>
[Message(ApiKey.ListGroups, MessageType.Response, Versions = "0-5", Flexible = "3+")]
public sealed partial class ListGroupsResponse
{
    [Since(1), Ignorable] public int ThrottleTimeMs;
    public short ErrorCode;
    public ListedGroup[] Groups = [];

    public sealed partial class ListedGroup
    {
        [Entity(EntityType.GroupId)] public string GroupId = "";
        public string ProtocolType = "";
        [Since(4), Ignorable] public string GroupState = "";
        [Since(5), Ignorable] public string GroupType = "";
    }
}
