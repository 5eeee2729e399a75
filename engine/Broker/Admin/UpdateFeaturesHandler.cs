using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Raises or lowers the levels of features.</summary>
public sealed class UpdateFeaturesHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<UpdateFeaturesRequest, UpdateFeaturesResponse>(ApiKey.UpdateFeatures, controller)
{
    public override UpdateFeaturesResponse? Serve(UpdateFeaturesRequest request, in Caller caller)
    {
        if (!authorizer.AllowsCluster(caller, AclOperation.Alter))
        {
            return new UpdateFeaturesResponse
            {
                ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed,
                ErrorMessage = ErrorFacts.Of(ErrorCode.ClusterAuthorizationFailed).Message,
            };
        }

        Decision<UpdateFeaturesResponse> decision = FeatureUpdate.Decide(
            request,
            caller.Version,
            Controller.Image,
            Controller.Configs.Current.NodeId,
            Controller.Quorum.Voters.KRaftVersion,
            Controller.ElectionRules);
        return Controller.TryCommit(decision.Records) ? decision.Response : null;
    }
}
