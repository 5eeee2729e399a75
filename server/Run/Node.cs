using Millrace.Base;
using Millrace.Broker;
using Millrace.Cluster;
using Millrace.Network;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>
/// A running broker: every room, put together. Started and stopped by one thread. Order of a start: the metadata is
/// read, and refused as it was where it cannot be served; the logs are opened; the ports are bound; only then the
/// metadata is written to, and clients are taken. A stop goes the other way.
/// </summary>
internal sealed class Node : IDisposable
{
    private readonly PosixFileSystem files = new();
    private readonly PartitionTable partitions = new();
    private readonly List<BrokerReactor> reactors = [];
    private readonly NodeConfig node;
    private readonly LogLevels levels;
    private readonly StopRequest stop;
    private readonly Random random = new();
    private readonly LogArea log;
    private readonly EventLoop controllerLoop = new("controller", SystemClock.Instance);
    private readonly EventLoop lookUps = new("look-ups", SystemClock.Instance);
    private MetadataQuorum? quorum;
    private LogDirectories? directories;
    private GroupService? groups;
    private ProducerIdPool? producerIds;
    private TransactionService? transactions;
    private PartitionTransactions? partitionTransactions;
    private NetworkServer? server;
    private IFileLock? metadataLock;
    private NodeEvents? events;
    private Controller? controller;

    public Node(NodeConfig node, LogLevels levels, StopRequest stop)
    {
        this.node = node;
        this.levels = levels;
        this.stop = stop;
        log = levels.Area("server");
    }

    /// <summary>The cluster, once started.</summary>
    public string ClusterId => directories?.ClusterId ?? "";

    /// <summary>Where clients connect, once started.</summary>
    public IEnumerable<string> Addresses =>
        server?.Listeners.Select(listener => $"{listener.Name}://{listener.Address}") ?? [];

    /// <summary>Logs that are open.</summary>
    public int LogCount => directories?.Logs.All.Count ?? 0;

    /// <returns>Why not; null where the broker runs.</returns>
    public StartRefusal? Start()
    {
        StartRefusal? refusal = NodeDirectories.Prepare(node, files, random, log)
            ?? NodeDirectories.LockMetadata(node, files, out metadataLock);
        if (refusal is not null)
        {
            return refusal;
        }

        try
        {
            refusal = Open();
        }
        catch (MetadataRefusedException found)
        {
            refusal = new StartRefusal(
                ExitCode.DirectoryRefused, $"{node.MetadataDirectory}: the metadata cannot be served: {found.Message}");
        }
        catch (ListenerException failure)
        {
            refusal = new StartRefusal(
                ExitCode.ListenerFailed,
                $"listeners: {failure.Message}; stop who has the port, or set another one: --set "
                + "listeners=PLAINTEXT://:9093");
        }

        if (refusal is not null)
        {
            directories?.Close(brokerEpoch: null);
            UnlockMetadata();
        }

        return refusal;
    }

    /// <summary>Answers what is in flight, closes the connections, and leaves the logs as a clean stop does.</summary>
    /// <returns>Whether every directory was stopped cleanly.</returns>
    public bool Stop()
    {
        server!.BeginStop();
        groups!.BeginStop();
        transactions!.BeginStop();
        server.Ended.GetAwaiter().GetResult();
        lookUps.Dispose();
        controllerLoop.Dispose();
        transactions.Dispose();
        transactions = null;
        partitionTransactions!.Dispose();
        partitionTransactions = null;
        groups.Dispose();
        groups = null;
        controller!.Stop();
        long? epoch = quorum!.Image.Brokers.TryGetValue(node.Config.NodeId, out BrokerImage? self) ? self.Epoch : null;
        bool isClean = directories!.Close(epoch);
        UnlockMetadata();
        return isClean;
    }

    /// <summary>Frees what is left; where it was started, after <see cref="Stop"/>.</summary>
    public void Dispose()
    {
        lookUps.Dispose();
        controllerLoop.Dispose();
        transactions?.Dispose();
        partitionTransactions?.Dispose();
        groups?.Dispose();
        server?.Dispose();
        reactors.ForEach(reactor => reactor.Dispose());
        quorum?.Dispose();
    }

    private void UnlockMetadata()
    {
        metadataLock?.Release();
        metadataLock = null;
    }

    private StartRefusal? Open()
    {
        ServerConfig config = node.Config;
        Uuid metadataDirectory = NodeDirectories.MetadataDirectoryId(node, files);
        quorum = new MetadataQuorum(
            MetadataLogFiles.Open(files, node.MetadataDirectory, NodeSettings.MetadataLog(config)),
            NodeSettings.Quorum(config, metadataDirectory),
            SystemClock.Instance);
        quorum.Load();
        StartRefusal? refusal = quorum.Image.IsBootstrapped ? null : NodeDirectories.RefuseOrphans(node, files);
        if (refusal is not null)
        {
            return refusal;
        }

        NodeConfigs configs = new(
            node.Properties.Values, config.IsSelfContained, config, levels.Area("config"));
        configs.Follow(quorum.Image);
        refusal = OpenLogs(configs);
        if (refusal is not null)
        {
            return refusal;
        }

        MetadataFollower follower = new(
            config.NodeId,
            configs,
            partitions,
            new PartitionLogs(directories!, levels.Area("storage")),
            levels.Area("metadata"));
        controller = new Controller(controllerLoop, quorum, follower, configs, levels.Area("controller"));
        events!.DirectoryLost = controller.TakeOffline;
        MakeCoordinators(controller, follower, configs);
        return Listen(controller, configs) ?? Lead(controller) ?? Serve();
    }

    private void MakeCoordinators(Controller controller, MetadataFollower follower, NodeConfigs configs)
    {
        ServerConfig config = node.Config;
        IClock clock = SystemClock.Instance;
        producerIds = new ProducerIdPool(controller);
        groups = new GroupService(config, partitions, follower, clock, levels.Area("groups"));
        transactions = new TransactionService(
            config, partitions, follower, quorum!, producerIds, clock, levels.Area("transactions"));
        partitionTransactions = new PartitionTransactions(
            config, partitions, groups.Coordinator, transactions, clock);
        configs.Changed += partitionTransactions.Follow;
    }

    private StartRefusal? OpenLogs(NodeConfigs configs)
    {
        events = new NodeEvents(levels.Area("storage"), levels.Area("network"), stop);
        LogDirectoriesPorts ports = new()
        {
            Clock = SystemClock.Instance,
            Random = random,
            Files = new FileCache(files, MachineCheck.OpenFilesMax() / 2),
            Buffers = new BufferPool(),
            LogListener = new PartitionListener(partitions),
            Listener = events,
            NewWorker = _ => new LogWorker(SystemClock.Instance, "log-worker"),
        };
        LogDirectoriesOptions options = NodeSettings.Directories(
            node,
            topic => LogConfigs.From(TopicConfig.Read(
                quorum!.Image.ConfigsOf(ConfigResourceKey.Topic(topic)), configs.Resolver.Values)));
        LogDirectoriesRefusal? refusal = LogDirectories.Open(options, ports, out directories);
        return refusal is null ? null : new StartRefusal(ExitCode.DirectoryRefused, $"log.dirs: {refusal.Problem}");
    }

    private StartRefusal? Listen(Controller controller, NodeConfigs configs)
    {
        List<ListenerOptions> listeners = [];
        if (NodeSettings.Listeners(node, listeners) is { } problem)
        {
            return new StartRefusal(ExitCode.ListenerFailed, problem);
        }

        NodeFeatures features = new(quorum!, ClusterId, node.Config.NodeId);
        NodeCoordinators coordinators = new(groups!, transactions!, partitionTransactions!, producerIds!);
        ApiTable apis = NodeApis.Create(
            node, controller, features, coordinators, partitions, directories!, lookUps, levels, random);
        NetworkOptions options = NodeSettings.Network(node.Config);
        LogArea requests = levels.Area("requests");
        int sessions = Math.Max(1, node.Config.FetchSessionSlots / options.ReactorCount);
        server = new NetworkServer(
            options,
            listeners,
            reactor =>
            {
                BrokerReactor made = new(
                    reactor, apis, sessions, SystemClock.Instance, new Random(random.Next()), requests);
                reactors.Add(made);
                return made;
            },
            events!,
            SystemClock.Instance);
        configs.Changed += changed => server.Limits.Update(NodeSettings.Connections(changed));
        server.Open();
        return null;
    }

    private StartRefusal? Lead(Controller controller)
    {
        MetadataWrite outcome = quorum!.BecomeLeader();
        if (outcome != MetadataWrite.Done)
        {
            return new StartRefusal(
                ExitCode.StorageFailed,
                $"{node.MetadataDirectory}: the metadata log cannot be written ({outcome}); make room, or look at the "
                + "disk");
        }

        IReadOnlyList<LogDirectory> online = [.. directories!.All.Where(directory => !directory.IsOffline)];
        long?[] epochs = [.. directories.All.Select(directory => directory.PreviousBrokerEpoch).Distinct()];
        string? problem = controller.Start(
            NodeRegistration.Of(
                node.Config,
                ClusterId,
                Uuid.NewRandom(random),
                online.Select(directory => directory.DirectoryId),
                epochs is [{ } epoch] ? epoch : -1),
            ClusterId);
        return problem is null
            ? null
            : new StartRefusal(ExitCode.DirectoryRefused, $"This broker cannot join its cluster: {problem}");
    }

    private StartRefusal? Serve()
    {
        directories!.Maintenance.Start();
        controllerLoop.Start();
        lookUps.Start();
        groups!.Start();
        partitionTransactions!.Start();
        transactions!.Start(partitionTransactions.Markers);
        server!.Start();
        return null;
    }
}
