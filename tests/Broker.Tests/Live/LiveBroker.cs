using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Broker.Tests.Live;

/// <summary>
/// The data plane in this process, on a port of the system's choice, over a temporary folder: reactors, handlers and
/// logs are the real ones; topics are put in by hand, as the metadata would.
/// </summary>
internal sealed class LiveBroker
    : IDisposable, INetworkLog, ILog, ILogDirectoryFailure, IFeatureSource, IProducerIdBlocks
{
    private readonly string folder = Directory.CreateTempSubdirectory("millrace-broker-").FullName;
    private readonly BufferPool buffers = new();
    private readonly FileCache files;
    private readonly LogWorker worker = new(SystemClock.Instance, "test-log-worker");
    private readonly GroupCommit groupCommit;
    private readonly LogDirectoryContext context;
    private readonly EventLoop lookUps = new("test-look-ups", SystemClock.Instance);
    private readonly EventLoop markers = new("test-markers", SystemClock.Instance);
    private readonly CoordinatorLoop groupLoop = new(SystemClock.Instance);
    private readonly CoordinatorThread groupThread;
    private readonly MarkerWriter markerWriter;
    private readonly List<BrokerReactor> reactors = [];
    private readonly Random random = new(17);
    private long nextProducerId = 1000;

    public LiveBroker(
        int reactorCount = 1, int fetchSessions = 100, IAuthorizer? authorizer = null, long slowReaderMs = 60_000,
        int verificationTimeoutMs = 30_000, int verificationRetriesMs = 100,
        IFileSystem? fileSystem = null)
    {
        files = new FileCache(fileSystem ?? new PosixFileSystem(), openMax: 200);
        groupCommit = new GroupCommit(error => throw new InvalidOperationException($"sync failed: {error}"));
        groupCommit.Start("test-group-commit");
        IAuthorizer allows = authorizer ?? AllowAllAuthorizer.Instance;
        context = new LogDirectoryContext(
            folder, files, buffers, worker, [groupCommit], new PartitionListener(Partitions), this,
            new AtomicFileWriter(files.FileSystem), new Random(1));
        LogLevels levels = new(this, SystemClock.Instance);
        Groups = new GroupCoordinator(
            new GroupOptions { PartitionCount = 1 },
            new CoordinatorRuntimeOptions(),
            [groupLoop],
            new RandomMemberIds(RandomNumberGenerator.Create()),
            levels.Area("groups"));
        groupThread = new CoordinatorThread(groupLoop, "test-groups");
        ProducerIdPool producerIds = new(this);
        Transactions = new TransactionCoordinator(
            new TransactionOptions { PartitionCount = 1 },
            new CoordinatorRuntimeOptions(),
            [groupLoop],
            producerIds,
            new LocalMarkers(Partitions),
            () => TransactionVersions.EpochPerTransaction,
            levels.Area("transactions"));
        Gate = new TransactionGate(Verifier)
        {
            TimeoutMs = verificationTimeoutMs, RetryBackoffMaxMs = verificationRetriesMs,
        };
        markerWriter = new MarkerWriter(markers, Partitions, Groups, SystemClock.Instance, timeoutMs: 30_000);
        Apis = new ApiTable(
            [
                new ProduceHandler(Partitions, allows, Gate),
                new WriteTxnMarkersHandler(markers, markerWriter, allows),
                new FetchHandler(Partitions, allows, maxBytes: 55 * 1024 * 1024),
                new ListOffsetsHandler(lookUps, Partitions, allows),
                new OffsetForLeaderEpochHandler(lookUps, Partitions, allows),
                new DeleteRecordsHandler(lookUps, Partitions, allows),
                new DescribeProducersHandler(lookUps, Partitions, allows),
                new InitProducerIdHandler(lookUps, producerIds, Transactions, Partitions, allows),
            ],
            this);
        Server = new NetworkServer(
            new NetworkOptions { ReactorCount = reactorCount, SlowReaderMs = slowReaderMs },
            [new ListenerOptions { Name = "PLAINTEXT", Address = IPAddress.Loopback, Port = 0 }],
            reactor =>
            {
                BrokerReactor made = new(
                    reactor,
                    Apis,
                    fetchSessions,
                    SystemClock.Instance,
                    new Random(reactor.Index),
                    levels.Area("requests"));
                reactors.Add(made);
                return made;
            },
            this,
            SystemClock.Instance);
        lookUps.Start();
        markers.Start();
        groupThread.Start();
        Server.Open();
        Server.Start();
    }

    public NetworkServer Server { get; }

    public ApiTable Apis { get; }

    public PartitionTable Partitions { get; } = new();

    public GroupCoordinator Groups { get; }

    public TransactionCoordinator Transactions { get; }

    public MarkerWriter Markers => markerWriter;

    public TransactionGate Gate { get; }

    public ScriptedVerifier Verifier { get; } = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    public IReadOnlyList<BrokerReactor> Reactors => reactors;

    public FeatureSnapshot Features { get; set; } =
        new(
            [
                new FeatureVersions([.. "metadata.version"u8], 7, 30),
                new FeatureVersions([.. "group.version"u8], 0, 1),
            ],
            5,
            []);

    public string ClusterId => "test-cluster";

    public int NodeId => 1;

    /// <summary>Makes a topic that this broker leads.</summary>
    public TopicEntry AddTopic(
        string name, int partitions = 1, Dictionary<string, string>? configs = null, int leaderEpoch = 0)
    {
        List<string> errors = [];
        Dictionary<string, string> required = new()
        {
            ["node.id"] = "1",
            ["process.roles"] = "broker,controller",
            ["controller.listener.names"] = "CONTROLLER",
        };
        ConfigValues broker = ConfigValues.Read(BrokerConfigs.Table, required, errors);
        Assert.Empty(errors);
        TopicConfig config = TopicConfig.Read(configs ?? [], broker);
        Uuid id = Uuid.NewRandom(random);
        Partition[] made = new Partition[partitions];
        for (int index = 0; index < partitions; index++)
        {
            string logFolder = Path.Join(folder, $"{name}-{index}");
            Directory.CreateDirectory(logFolder);
            IoError error = PartitionLog.Create(
                context, new TopicPartition(name, index), id, logFolder, LogConfigs.From(config), 86_400_000,
                SystemClock.Instance.WallMs, out PartitionLog log);
            Assert.Equal(IoError.None, error);
            made[index] = new Partition(name, index, log);
            made[index].Apply(new PartitionLeadership(NodeId, leaderEpoch, true, 1, 1));
        }

        TopicEntry topic = new(name, id, config, made);
        Partitions.Put(topic);
        return topic;
    }

    public WireClient Connect()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, Server.Listeners[0].Address.Port));
        return new WireClient(socket);
    }

    /// <summary>Runs something on a reactor's thread and waits for it.</summary>
    public T Ask<T>(Func<T> question, int reactor = 0)
    {
        Question<T> item = new(question);
        reactors[reactor].Post(item);
        return item.Answer.Task.GetAwaiter().GetResult();
    }

    /// <summary>Keeps the loop of look-ups busy until what this returns is disposed.</summary>
    public IDisposable BlockLookUps()
    {
        Blockade blockade = new();
        lookUps.Post(blockade);
        return blockade;
    }

    /// <summary>Waits for something that has to come true; a test that waits for ever has failed.</summary>
    public void Until(Func<bool> condition)
    {
        while (!Ask(condition))
        {
            Thread.Sleep(1);
        }
    }

    public void Warn(string line) => Lines.Enqueue(line);

    public void Write(LogLevel level, string area, ReadOnlySpan<char> message) => Lines.Enqueue(message.ToString());

    public void Failed(string logDirectory, string operation, IoError error) =>
        Lines.Enqueue($"{operation}: {error}");

    public void Request(Action<ProducerIdBlock?> answer)
    {
        answer(new ProducerIdBlock(nextProducerId, 3));
        nextProducerId += 3;
    }

    public void Dispose()
    {
        Server.BeginStop();
        Server.BeginStop();
        Server.Ended.GetAwaiter().GetResult();
        lookUps.Dispose();
        markers.Dispose();
        groupThread.Dispose();
        groupLoop.Dispose();
        markerWriter.Dispose();
        foreach (TopicEntry topic in Partitions.Topics)
        {
            foreach (Partition partition in topic.Partitions)
            {
                partition.Log?.Close();
            }
        }

        worker.Dispose();
        groupCommit.Dispose();
        Server.Dispose();
        reactors.ForEach(reactor => reactor.Dispose());
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Blockade : LoopWork, IDisposable
    {
        private readonly TaskCompletionSource end = new();

        public void Dispose() => end.SetResult();

        protected internal override void Run(EventLoop loop) => end.Task.Wait();
    }

    private sealed class Question<T>(Func<T> question) : WorkItem
    {
        public TaskCompletionSource<T> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void Run(Reactor reactor)
        {
            try
            {
                Answer.SetResult(question());
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Answer.SetException(failure);
            }
        }
    }
}
