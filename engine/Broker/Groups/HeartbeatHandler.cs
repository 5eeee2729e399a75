using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Tells that a member lives, and the member whether its group still is what it was.</summary>
public sealed class HeartbeatHandler(GroupCoordinator groups, IAuthorizer authorizer)
    : GroupHandler(ApiKey.Heartbeat, groups, authorizer)
{
    protected internal override void Handle(ControlCall call)
    {
        HeartbeatRequest request = (HeartbeatRequest)call.Request;
        if (AllowsGroup(call, AclOperation.Read, request.GroupId))
        {
            Groups.Heartbeat(request, call.Complete);
            return;
        }

        call.Complete(new HeartbeatResponse { ErrorCode = (short)ErrorCode.GroupAuthorizationFailed });
    }
}
