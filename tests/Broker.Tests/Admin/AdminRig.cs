using System.Collections.Concurrent;
using System.Net;
using Millrace.Base;
using Millrace.Cluster;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Storage;

namespace Millrace.Broker.Tests.Admin;

/// <summary>
/// A whole node but for its sockets, over a temporary folder: the metadata log, the controller, the logs and all
/// handlers of the control plane are the real ones. Requests are served on the test's thread.
/// </summary>
internal sealed class AdminRig : IDisposable, ILog, ILogDirectoriesListener
{
    internal const string ClusterId = "bXlscmFjZS10ZXN0LTAwMQ";

    private readonly string root = Directory.CreateTempSubdirectory("millrace-admin-").FullName;
    private readonly PosixFileSystem disk = new();
    private readonly BufferPool buffers = new();
    private readonly string[] extraConfigs;
    private readonly Random random = new(11);
    private MetadataLogFiles metadataLog = null!;
    private MetadataQuorum quorum = null!;

    internal AdminRig(params string[] extraConfigs)
        : this(null, extraConfigs)
    {
    }

    internal AdminRig(IAuthorizer? authorizer, params string[] extraConfigs)
    {
        Authorizer = authorizer ?? AllowAllAuthorizer.Instance;
        this.extraConfigs = extraConfigs;
        Levels = new LogLevels(this, SystemClock.Instance);
        string? why = new DirectoryFormat(disk, SystemClock.Instance, random).Format(
            new DirectoryFormatOptions
            {
                NodeId = 1,
                ClusterId = ClusterId,
                LogDirectories = [Folder],
                MetadataDirectory = Folder,
                Quorum = InitialQuorum.Static,
            },
            out _);
        Assert.Null(why);
        Open();
    }

    internal string Folder => Path.Join(root, "data");

    internal IAuthorizer Authorizer { get; }

    internal LogLevels Levels { get; }

    internal ConcurrentQueue<string> Lines { get; } = [];

    internal PartitionTable Partitions { get; private set; } = null!;

    internal LogDirectories Logs { get; private set; } = null!;

    internal NodeConfigs Configs { get; private set; } = null!;

    internal Controller Controller { get; private set; } = null!;

    internal ClusterView View { get; private set; } = null!;

    internal NodeFeatures Node { get; private set; } = null!;

    internal TopicCreator Creator { get; private set; } = null!;

    internal GroupService Groups { get; private set; } = null!;

    internal ProducerIdPool ProducerIds { get; private set; } = null!;

    internal TransactionService Transactions { get; private set; } = null!;

    internal PartitionTransactions OnPartitions { get; private set; } = null!;

    internal MetadataImage Image => Controller.Image;

    /// <summary>Stops cleanly and starts again on the same folder.</summary>
    internal void Restart()
    {
        Close();
        Open();
    }

    /// <summary>The caller of a request that came over the loopback.</summary>
    internal static Caller CallerOf(short version) =>
        new(version, null, "PLAINTEXT", NetworkAddress.From(IPAddress.Parse("127.0.0.9"), 19092));

    /// <summary>Versions of an API that are served.</summary>
    internal static IEnumerable<short> VersionsOf(ApiKey key)
    {
        Assert.True(MessageCatalog.TryFindRequest((short)key, out MessageDescriptor? request));
        for (short version = request.VersionMin; version <= ApiFacts.Of(key).MaxVersion; version++)
        {
            yield return version;
        }
    }

    /// <summary>
    /// Sends a request through the codec, the handler, and the codec again, as a client of that version would.
    /// </summary>
    internal static TResponse Ask<TRequest, TResponse>(
        AdminHandler<TRequest, TResponse> handler, TRequest request, short version)
        where TRequest : class, IMessage
        where TResponse : class, IMessage
    {
        IMessage received = request.Descriptor.Create();
        Assert.False(MessageCodec.Decode(MessageCodec.Encode(request, version), version, received).IsError);
        TResponse? served = handler.Serve((TRequest)received, CallerOf(version));
        Assert.NotNull(served);
        IMessage response = served.Descriptor.Create();
        Assert.False(MessageCodec.Decode(MessageCodec.Encode(served, version), version, response).IsError);
        return (TResponse)response;
    }

    public void Write(LogLevel level, string area, ReadOnlySpan<char> message) => Lines.Enqueue($"{level} {message}");

    public void Repaired(string path, string what) => Lines.Enqueue($"repaired {path}: {what}");

    public void Cut(in TailCut cut) => Lines.Enqueue($"cut {cut}");

    public void Offline(TopicPartition partition, string problem) => Lines.Enqueue($"offline {partition}: {problem}");

    public void Progress(string logDirectory, int loaded, int total)
    {
        // Nobody watches a test start.
    }

    public void DirectoryFailed(LogDirectory directory, string problem, IReadOnlyList<PartitionLog> partitions) =>
        Lines.Enqueue($"failed {directory}: {problem}");

    public void AllDirectoriesFailed() => Lines.Enqueue("all directories failed");

    public void Dispose()
    {
        Close();
        Directory.Delete(root, recursive: true);
    }

    private void Close()
    {
        Controller.Loop.Dispose();
        Transactions.Dispose();
        OnPartitions.Dispose();
        Groups.Dispose();
        Logs.Close(Image.Brokers[1].Epoch);
        quorum.Dispose();
        metadataLog.Close();
    }

    private void Open()
    {
        string file = $"listeners=PLAINTEXT://:9092\nlog.dirs={Folder}\n{string.Join('\n', extraConfigs)}";
        Assert.Null(ServerProperties.Read(
            System.Text.Encoding.UTF8.GetBytes(file), "server.properties", null, [], out ServerProperties? properties));
        Assert.Empty(ServerConfig.Read(properties!.Values, properties.IsSelfContained, out ServerConfig? config));
        Configs = new NodeConfigs(properties.Values, properties.IsSelfContained, config!, Levels.Area("configs"));
        metadataLog = MetadataLogFiles.Open(disk, Folder, new MetadataLogConfig());
        Partitions = new PartitionTable();
        Logs = OpenLogs();
        Uuid directory = Logs.All[0].DirectoryId;
        quorum = new MetadataQuorum(
            metadataLog,
            new QuorumConfig { NodeId = 1, DirectoryId = directory, StaticVoters = [1] },
            SystemClock.Instance);
        quorum.Load();
        Assert.Equal(MetadataWrite.Done, quorum.BecomeLeader());
        LogArea area = Levels.Area("controller");
        MetadataFollower follower = new(1, Configs, Partitions, new PartitionLogs(Logs, area), area);
        Controller = new Controller(
            new EventLoop("test-controller", SystemClock.Instance), quorum, follower, Configs, area);
        MakeCoordinators(follower);
        View = new ClusterView(1, Configs);
        Node = new NodeFeatures(quorum, ClusterId, 1);
        Creator = new TopicCreator(Controller, Authorizer, random);
        Assert.Null(Controller.Start(
            NodeRegistration.Of(
                Configs.Current,
                ClusterId,
                Uuid.NewRandom(random),
                [directory],
                Logs.All[0].PreviousBrokerEpoch ?? -1),
            ClusterId));
        Controller.Loop.Start();
    }

    private void MakeCoordinators(MetadataFollower follower)
    {
        IClock clock = SystemClock.Instance;
        ServerConfig config = Configs.Current;
        Groups = new GroupService(config, Partitions, follower, clock, Levels.Area("groups"));
        ProducerIds = new ProducerIdPool(Controller);
        Transactions = new TransactionService(
            config, Partitions, follower, quorum, ProducerIds, clock, Levels.Area("transactions"));
        OnPartitions = new PartitionTransactions(config, Partitions, Groups.Coordinator, Transactions, clock);
    }

    private LogDirectories OpenLogs()
    {
        LogDirectoriesRefusal? refusal = LogDirectories.Open(
            new LogDirectoriesOptions { Paths = [Folder], NodeId = 1, ConfigOf = static _ => LogConfig.Default },
            new LogDirectoriesPorts
            {
                Clock = SystemClock.Instance,
                Random = new Random(3),
                Files = new FileCache(disk, openMax: 200),
                Buffers = buffers,
                LogListener = new PartitionListener(Partitions),
                Listener = this,
                NewWorker = static path => new LogWorker(SystemClock.Instance, "log-worker"),
            },
            out LogDirectories? opened);
        Assert.Null(refusal);
        return opened!;
    }
}
