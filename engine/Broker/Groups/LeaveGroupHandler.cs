using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Takes members out of a group: those who leave, or those whom an admin removes.</summary>
public sealed class LeaveGroupHandler(GroupCoordinator groups, IAuthorizer authorizer)
    : GroupHandler(ApiKey.LeaveGroup, groups, authorizer)
{
    protected internal override void Handle(ControlCall call)
    {
        LeaveGroupRequest request = (LeaveGroupRequest)call.Request;
        if (AllowsGroup(call, AclOperation.Read, request.GroupId))
        {
            Groups.Leave(ClientOf(call), request, call.Complete);
            return;
        }

        call.Complete(new LeaveGroupResponse { ErrorCode = (short)ErrorCode.GroupAuthorizationFailed });
    }
}
