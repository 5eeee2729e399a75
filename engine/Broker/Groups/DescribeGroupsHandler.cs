using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Described = Millrace.Protocol.Messages.DescribeGroupsResponse.DescribedGroup;

namespace Millrace.Broker;

/// <summary>Tells of classic groups: state, protocol, members and what is assigned to them.</summary>
public sealed class DescribeGroupsHandler(GroupCoordinator groups, IAuthorizer authorizer)
    : GroupHandler(ApiKey.DescribeGroups, groups, authorizer)
{
    protected internal override void Handle(ControlCall call)
    {
        DescribeGroupsRequest request = (DescribeGroupsRequest)call.Request;
        List<Described> described = [];
        List<string> allowed = [];
        foreach (string groupId in request.Groups)
        {
            if (AllowsGroup(call, AclOperation.Describe, groupId))
            {
                allowed.Add(groupId);
            }
            else
            {
                described.Add(new Described
                {
                    GroupId = groupId, ErrorCode = (short)ErrorCode.GroupAuthorizationFailed,
                });
            }
        }

        Groups.DescribeGroups(ClientOf(call), allowed, found =>
        {
            foreach (Described group in found)
            {
                if (request.IncludeAuthorizedOperations && group.ErrorCode == (short)ErrorCode.None)
                {
                    group.AuthorizedOperations = AuthorizedOperations.OfGroup(Authorizer, call.Session, group.GroupId);
                }
            }

            // They come in the order of their loops' answers.
            described.AddRange(found.OrderBy(group => allowed.IndexOf(group.GroupId)));
            call.Complete(new DescribeGroupsResponse { Groups = [.. described] });
        });
    }
}
