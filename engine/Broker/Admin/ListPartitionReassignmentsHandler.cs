using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Lists the partitions that are being moved.</summary>
public sealed class ListPartitionReassignmentsHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(
        ApiKey.ListPartitionReassignments, controller)
{
    public override ListPartitionReassignmentsResponse? Serve(
        ListPartitionReassignmentsRequest request, in Caller caller) =>
        authorizer.AllowsCluster(caller, AclOperation.Describe)
            ? new Reassignments(Controller.Image, Controller.ElectionRules).List(request)
            : new ListPartitionReassignmentsResponse
            {
                ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed,
                ErrorMessage = ErrorFacts.Of(ErrorCode.ClusterAuthorizationFailed).Message,
            };
}
