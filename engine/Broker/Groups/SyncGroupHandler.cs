using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Gives a member its assignment, and takes everybody's from the leader.</summary>
public sealed class SyncGroupHandler(GroupCoordinator groups, IAuthorizer authorizer)
    : GroupHandler(ApiKey.SyncGroup, groups, authorizer)
{
    // From this version on a member has to say by which protocol it means to sync (KIP-559).
    private const short FirstNamingProtocol = 5;

    protected internal override void Handle(ControlCall call)
    {
        SyncGroupRequest request = (SyncGroupRequest)call.Request;
        ErrorCode error = ErrorCode.None;
        if (call.Version >= FirstNamingProtocol && (request.ProtocolType is null || request.ProtocolName is null))
        {
            error = ErrorCode.InconsistentGroupProtocol;
        }
        else if (!AllowsGroup(call, AclOperation.Read, request.GroupId))
        {
            error = ErrorCode.GroupAuthorizationFailed;
        }

        if (error == ErrorCode.None)
        {
            Groups.Sync(request, call.Complete);
            return;
        }

        call.Complete(new SyncGroupResponse { ErrorCode = (short)error });
    }
}
