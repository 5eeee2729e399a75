using Millrace.Base;
using Millrace.Broker;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>What a node coordinates, and what it does for those who do.</summary>
internal sealed record NodeCoordinators(
    GroupService Groups, TransactionService Transactions, PartitionTransactions OnPartitions,
    ProducerIdPool ProducerIds);

/// <summary>The one list of what this broker serves; ApiVersions tells it to clients.</summary>
internal static class NodeApis
{
    public static ApiTable Create(
        NodeConfig node,
        Controller controller,
        NodeFeatures features,
        NodeCoordinators coordinators,
        PartitionTable partitions,
        LogDirectories directories,
        EventLoop lookUps,
        LogLevels levels,
        Random random)
    {
        IAuthorizer authorizer = AllowAllAuthorizer.Instance;
        GroupService groups = coordinators.Groups;
        TransactionService transactions = coordinators.Transactions;
        ClusterView view = new(node.Config.NodeId, controller.Configs);
        TopicCreator creator = new(controller, authorizer, random);
        Uuid metadataDirectory = directories.All
            .FirstOrDefault(directory => directory.Path == node.MetadataDirectory)?.DirectoryId ?? Uuid.Zero;
        return new ApiTable(
            [
                .. coordinators.OnPartitions.Handlers(authorizer),
                new FetchHandler(partitions, authorizer, node.Config.FetchMaxBytes),
                new ListOffsetsHandler(lookUps, partitions, authorizer),
                new OffsetForLeaderEpochHandler(lookUps, partitions, authorizer),
                new DeleteRecordsHandler(lookUps, partitions, authorizer),
                new DescribeProducersHandler(lookUps, partitions, authorizer),
                new InitProducerIdHandler(
                    lookUps, coordinators.ProducerIds, transactions.Coordinator, partitions, authorizer),
                new MetadataHandler(controller, view, creator, authorizer, features),
                new DescribeClusterHandler(controller, view, authorizer, features),
                new DescribeTopicPartitionsHandler(controller, view, authorizer),
                new CreateTopicsHandler(controller, creator),
                new DeleteTopicsHandler(controller, authorizer),
                new CreatePartitionsHandler(controller, authorizer, random),
                new DescribeConfigsHandler(controller, authorizer, levels),
                new AlterConfigsHandler(controller, authorizer),
                new IncrementalAlterConfigsHandler(controller, authorizer, levels),
                new ListConfigResourcesHandler(controller, view, authorizer),
                new DescribeLogDirsHandler(controller, directories, authorizer),
                new AlterReplicaLogDirsHandler(controller, directories, authorizer),
                new ElectLeadersHandler(controller, authorizer),
                new AlterPartitionReassignmentsHandler(controller, authorizer),
                new ListPartitionReassignmentsHandler(controller, authorizer),
                new UpdateFeaturesHandler(controller, authorizer),
                new UnregisterBrokerHandler(controller, authorizer),
                new UnregisterControllerHandler(controller, authorizer),
                new DescribeAclsHandler(controller, authorizer),
                new CreateAclsHandler(controller, authorizer),
                new DeleteAclsHandler(controller, authorizer),
                new CreateDelegationTokenHandler(controller),
                new RenewDelegationTokenHandler(controller),
                new ExpireDelegationTokenHandler(controller),
                new DescribeDelegationTokenHandler(controller),
                new DescribeQuorumHandler(
                    controller, authorizer, SystemClock.Instance, metadataDirectory, node.Config.ControllerListeners),
                new FindCoordinatorHandler(controller, view, creator, authorizer, groups.Kind, transactions.Kind),
                .. groups.Handlers(partitions, authorizer),
                .. transactions.Handlers(groups.Coordinator, authorizer),
            ],
            features);
    }
}
