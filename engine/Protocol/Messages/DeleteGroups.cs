namespace Millrace.Protocol.Messages;

/// <summary>An admin deletes empty groups, at their coordinator.</summary>
[Message(ApiKey.DeleteGroups, MessageType.Request, Versions = "0-3", Flexible = "2+")]
public sealed partial class DeleteGroupsRequest
{
    [Entity(EntityType.GroupId)] public string[] GroupsNames = [];
}

/// <summary>The outcome for each group, with a message in 3.</summary>
[Message(ApiKey.DeleteGroups, MessageType.Response, Versions = "0-3", Flexible = "2+")]
public sealed partial class DeleteGroupsResponse
{
    public int ThrottleTimeMs;
    public DeletableGroupResult[] Results = [];

    public sealed partial class DeletableGroupResult
    {
        [MapKey, Entity(EntityType.GroupId)] public string GroupId = "";
        public short ErrorCode;
        [Since(3), Nullable, Ignorable] public string? ErrorMessage = null;
    }
}
