using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Moves partitions to other brokers, or ends such a move.</summary>
public sealed class AlterPartitionReassignmentsHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(
        ApiKey.AlterPartitionReassignments, controller)
{
    public override AlterPartitionReassignmentsResponse? Serve(
        AlterPartitionReassignmentsRequest request, in Caller caller)
    {
        if (!authorizer.AllowsCluster(caller, AclOperation.Alter))
        {
            return new AlterPartitionReassignmentsResponse
            {
                ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed,
                ErrorMessage = ErrorFacts.Of(ErrorCode.ClusterAuthorizationFailed).Message,
            };
        }

        Decision<AlterPartitionReassignmentsResponse> decision =
            new Reassignments(Controller.Image, Controller.ElectionRules).Alter(request);
        return Controller.TryCommit(decision.Records) ? decision.Response : null;
    }
}
