using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Result = Millrace.Protocol.Messages.DeleteGroupsResponse.DeletableGroupResult;

namespace Millrace.Broker;

/// <summary>Deletes groups without members, with all that they have committed.</summary>
public sealed class DeleteGroupsHandler(GroupCoordinator groups, IAuthorizer authorizer)
    : GroupHandler(ApiKey.DeleteGroups, groups, authorizer)
{
    protected internal override void Handle(ControlCall call)
    {
        List<string> allowed = [];
        List<Result> refused = [];
        foreach (string groupId in ((DeleteGroupsRequest)call.Request).GroupsNames.Distinct())
        {
            if (AllowsGroup(call, AclOperation.Delete, groupId))
            {
                allowed.Add(groupId);
            }
            else
            {
                refused.Add(new Result { GroupId = groupId, ErrorCode = (short)ErrorCode.GroupAuthorizationFailed });
            }
        }

        Groups.DeleteGroups(
            allowed, results => call.Complete(new DeleteGroupsResponse { Results = [.. results, .. refused] }));
    }
}
