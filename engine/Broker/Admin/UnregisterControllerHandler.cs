using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Takes the registration of a controller that is gone for good out of the metadata.</summary>
public sealed class UnregisterControllerHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<UnregisterControllerRequest, UnregisterControllerResponse>(ApiKey.UnregisterController, controller)
{
    public override UnregisterControllerResponse? Serve(UnregisterControllerRequest request, in Caller caller)
    {
        if (!authorizer.AllowsCluster(caller, AclOperation.Alter))
        {
            return new UnregisterControllerResponse
            {
                ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed,
                ErrorMessage = ErrorFacts.Of(ErrorCode.ClusterAuthorizationFailed).Message,
            };
        }

        Decision<UnregisterControllerResponse> decision =
            ControllerRemoval.Decide(request, Controller.Image, Controller.Configs.Current.NodeId);
        return Controller.TryCommit(decision.Records) ? decision.Response : null;
    }
}
