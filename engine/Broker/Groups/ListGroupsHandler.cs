using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Lists the groups that are coordinated here and that the client may see.</summary>
public sealed class ListGroupsHandler(GroupCoordinator groups, IAuthorizer authorizer)
    : GroupHandler(ApiKey.ListGroups, groups, authorizer)
{
    protected internal override void Handle(ControlCall call)
    {
        // Whoever may describe the cluster may see all of its groups, as before groups had rights of their own.
        bool seesAll = Authorizer.AllowsCluster(Caller.Of(call), AclOperation.Describe);
        Groups.ListGroups((ListGroupsRequest)call.Request, response =>
        {
            if (!seesAll)
            {
                response.Groups = Array.FindAll(
                    response.Groups, group => AllowsGroup(call, AclOperation.Describe, group.GroupId));
            }

            call.Complete(response);
        });
    }
}
