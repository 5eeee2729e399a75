using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Takes a broker that is gone for good out of the cluster.</summary>
public sealed class UnregisterBrokerHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<UnregisterBrokerRequest, UnregisterBrokerResponse>(ApiKey.UnregisterBroker, controller)
{
    public override UnregisterBrokerResponse? Serve(UnregisterBrokerRequest request, in Caller caller)
    {
        if (!authorizer.AllowsCluster(caller, AclOperation.Alter))
        {
            return new UnregisterBrokerResponse
            {
                ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed,
                ErrorMessage = ErrorFacts.Of(ErrorCode.ClusterAuthorizationFailed).Message,
            };
        }

        Decision<UnregisterBrokerResponse> decision =
            new BrokerLifecycle(Controller.Image, Controller.ElectionRules).Unregister(request);
        return Controller.TryCommit(decision.Records) ? decision.Response : null;
    }
}
