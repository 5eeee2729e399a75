using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Elects leaders, preferred or unclean ones.</summary>
public sealed class ElectLeadersHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<ElectLeadersRequest, ElectLeadersResponse>(ApiKey.ElectLeaders, controller)
{
    public override ElectLeadersResponse? Serve(ElectLeadersRequest request, in Caller caller)
    {
        if (!authorizer.AllowsCluster(caller, AclOperation.Alter))
        {
            return Refuse(request, caller.Version);
        }

        Decision<ElectLeadersResponse> decision = LeaderElection.Decide(
            request, Controller.Image, Controller.ElectionRules);
        return Controller.TryCommit(decision.Records) ? decision.Response : null;
    }

    private static ElectLeadersResponse Refuse(ElectLeadersRequest request, short version)
    {
        const short error = (short)ErrorCode.ClusterAuthorizationFailed;
        return new ElectLeadersResponse
        {
            ErrorCode = version >= 1 ? error : (short)0,
            ReplicaElectionResults = Array.ConvertAll(
                request.TopicPartitions ?? [],
                static topic => new ElectLeadersResponse.ReplicaElectionResult
                {
                    Topic = topic.Topic,
                    PartitionResult = Array.ConvertAll(
                        topic.Partitions,
                        static id => new ElectLeadersResponse.PartitionResult { PartitionId = id, ErrorCode = error }),
                }),
        };
    }
}
