using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Answer = Millrace.Protocol.Messages.DescribeQuorumResponse.PartitionData;
using Asked = Millrace.Protocol.Messages.DescribeQuorumRequest.PartitionData;

namespace Millrace.Broker;

/// <summary>Tells how the metadata quorum stands: of one voter, which leads and has everything.</summary>
/// <param name="controller">The quorum.</param>
/// <param name="authorizer">Who may ask.</param>
/// <param name="clock">Now, which is when the only voter last caught up with itself.</param>
/// <param name="directoryId">Where the metadata log lies.</param>
/// <param name="endpoints">Where the controller listens.</param>
public sealed class DescribeQuorumHandler(
    Controller controller,
    IAuthorizer authorizer,
    IClock clock,
    Uuid directoryId,
    IReadOnlyList<ListenerEndpoint> endpoints)
    : AdminHandler<DescribeQuorumRequest, DescribeQuorumResponse>(ApiKey.DescribeQuorum, controller)
{
    public override DescribeQuorumResponse Serve(DescribeQuorumRequest request, in Caller caller)
    {
        if (!authorizer.AllowsCluster(caller, AclOperation.Describe))
        {
            return new DescribeQuorumResponse
            {
                ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed,
                ErrorMessage = ErrorFacts.Of(ErrorCode.ClusterAuthorizationFailed).Message,
            };
        }

        // There is one such log; anything else in the request spoils all of it.
        bool isValid = request.Topics is [{ TopicName: TopicName.ClusterMetadata,
            Partitions: [{ PartitionIndex: 0 }] }];
        bool hasNodes = isValid && caller.Version >= 2;
        return new DescribeQuorumResponse
        {
            Topics = Array.ConvertAll(request.Topics, topic => new DescribeQuorumResponse.TopicData
            {
                TopicName = topic.TopicName,
                Partitions = Array.ConvertAll<Asked, Answer>(topic.Partitions, isValid ? Describe : Refuse),
            }),
            Nodes = hasNodes ? [Node()] : [],
        };
    }

    private static Answer Refuse(Asked asked) => new()
    {
        PartitionIndex = asked.PartitionIndex,
        ErrorCode = (short)ErrorCode.UnknownTopicOrPartition,
        ErrorMessage = ErrorFacts.Of(ErrorCode.UnknownTopicOrPartition).Message,
    };

    private Answer Describe(Asked asked)
    {
        MetadataQuorum quorum = Controller.Quorum;
        long now = clock.WallMs;
        return new Answer
        {
            LeaderId = Controller.Configs.Current.NodeId,
            LeaderEpoch = quorum.Epoch,
            HighWatermark = quorum.EndOffset,
            CurrentVoters =
            [
                new DescribeQuorumResponse.ReplicaState
                {
                    ReplicaId = Controller.Configs.Current.NodeId,
                    ReplicaDirectoryId = quorum.Voters.KRaftVersion > 0 ? directoryId : Uuid.Zero,
                    LogEndOffset = quorum.EndOffset,
                    LastFetchTimestamp = now,
                    LastCaughtUpTimestamp = now,
                },
            ],
        };
    }

    private DescribeQuorumResponse.Node Node() => new()
    {
        NodeId = Controller.Configs.Current.NodeId,
        Listeners =
        [
            .. endpoints.Select(static endpoint => new DescribeQuorumResponse.Listener
            {
                Name = endpoint.Name,
                Host = endpoint.Host ?? "localhost",
                Port = (ushort)endpoint.Port,
            }),
        ],
    };
}
