using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Lets a member into a group; answered when the group has come together.</summary>
public sealed class JoinGroupHandler(GroupCoordinator groups, IAuthorizer authorizer)
    : GroupHandler(ApiKey.JoinGroup, groups, authorizer)
{
    private const short FirstWithNullProtocol = 7;

    protected internal override void Handle(ControlCall call)
    {
        JoinGroupRequest request = (JoinGroupRequest)call.Request;
        if (AllowsGroup(call, AclOperation.Read, request.GroupId))
        {
            Groups.Join(ClientOf(call), request, call.Complete);
            return;
        }

        call.Complete(new JoinGroupResponse
        {
            ErrorCode = (short)ErrorCode.GroupAuthorizationFailed,
            ProtocolName = call.Version < FirstWithNullProtocol ? "" : null,
        });
    }
}
