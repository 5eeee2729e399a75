using System.Net;
using System.Net.Sockets;
using Millrace.Base;
using Millrace.Broker.Tests.Admin;
using Millrace.Broker.Tests.Live;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Groups;

/// <summary>
/// A whole node on a port of the system's choice, over a temporary folder: metadata, logs, coordinators and
/// sockets are the real ones.
/// </summary>
internal sealed class GroupRig : IDisposable, INetworkLog
{
    private readonly AdminRig node;
    private readonly List<BrokerReactor> reactors = [];
    private readonly EventLoop lookUps = new("test-look-ups", SystemClock.Instance);
    private NetworkServer server = null!;
    private PartitionTransactions onPartitions = null!;

    public GroupRig(params string[] configs)
        : this(null, configs)
    {
    }

    public GroupRig(IAuthorizer? authorizer, params string[] configs)
        : this(authorizer, null, configs)
    {
    }

    /// <param name="authorizer">Who may do what; null for everybody everything.</param>
    /// <param name="verifier">What partitions take for the coordinators of transactions; null for the real ones.
    /// </param>
    /// <param name="configs">Of the node, each name=value.</param>
    public GroupRig(IAuthorizer? authorizer, ScriptedVerifier? verifier, params string[] configs)
    {
        Verifier = verifier;
        node = new AdminRig(
            authorizer,
            [
                "offsets.topic.num.partitions=3",
                "group.initial.rebalance.delay.ms=0",
                "transaction.state.log.num.partitions=3",
                "transaction.state.log.min.isr=1",
                .. configs,
            ]);
        lookUps.Start();
        Serve();
    }

    public AdminRig Node => node;

    public ScriptedVerifier? Verifier { get; }

    public TransactionGate Gate => onPartitions.Gate;

    public int Port => server.Listeners[0].Address.Port;

    public WireClient Connect()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, Port));
        return new WireClient(socket);
    }

    public void AddTopic(string name, int partitions = 1)
    {
        using WireClient client = Connect();
        CreateTopicsResponse response = client.Ask<CreateTopicsResponse>(
            ApiKey.CreateTopics,
            7,
            new CreateTopicsRequest
            {
                Topics = [new() { Name = name, NumPartitions = partitions, ReplicationFactor = 1 }],
            });
        Assert.Equal(0, response.Topics[0].ErrorCode);
    }

    public Uuid IdOf(string topic) => node.Image.TopicsByName[topic].Id;

    /// <summary>Runs something on the reactor's thread and waits for it.</summary>
    public T Ask<T>(Func<T> question)
    {
        Question<T> item = new(question);
        reactors[0].Post(item);
        return item.Answer.Task.GetAwaiter().GetResult();
    }

    /// <summary>Stops as a node does, and starts again on the same folder.</summary>
    public void Restart()
    {
        StopServing();
        node.Restart();
        Serve();
    }

    /// <summary>Begins to stop; who waits for a group is answered.</summary>
    public void BeginStop()
    {
        server.BeginStop();
        node.Groups.BeginStop();
        node.Transactions.BeginStop();
    }

    public void Warn(string line) => node.Write(LogLevel.Warn, "network", line);

    public void Dispose()
    {
        StopServing();
        lookUps.Dispose();
        node.Dispose();
    }

    private void Serve()
    {
        IAuthorizer authorizer = node.Authorizer;
        onPartitions = Verifier is null
            ? node.OnPartitions
            : new PartitionTransactions(
                node.Configs.Current, node.Partitions, node.Groups.Coordinator, Verifier, SystemClock.Instance);
        ApiTable apis = new(
            [
                new MetadataHandler(node.Controller, node.View, node.Creator, authorizer, node.Node),
                new CreateTopicsHandler(node.Controller, node.Creator),
                new DeleteTopicsHandler(node.Controller, authorizer),
                new FetchHandler(node.Partitions, authorizer, maxBytes: 1024 * 1024),
                new FindCoordinatorHandler(
                    node.Controller, node.View, node.Creator, authorizer, node.Groups.Kind, node.Transactions.Kind),
                .. node.Groups.Handlers(node.Partitions, authorizer),
                new InitProducerIdHandler(
                    lookUps, node.ProducerIds, node.Transactions.Coordinator, node.Partitions, authorizer),
                .. node.Transactions.Handlers(node.Groups.Coordinator, authorizer),
                .. onPartitions.Handlers(authorizer),
            ],
            node.Node);
        reactors.Clear();
        server = new NetworkServer(
            new NetworkOptions { ReactorCount = 1 },
            [new ListenerOptions { Name = "PLAINTEXT", Address = IPAddress.Loopback, Port = 0 }],
            reactor =>
            {
                BrokerReactor made = new(
                    reactor, apis, 10, SystemClock.Instance, new Random(5), node.Levels.Area("requests"));
                reactors.Add(made);
                return made;
            },
            this,
            SystemClock.Instance);
        node.Groups.Start();
        onPartitions.Start();
        node.Transactions.Start(onPartitions.Markers);
        server.Open();
        server.Start();
    }

    private void StopServing()
    {
        BeginStop();
        server.BeginStop();
        server.Ended.GetAwaiter().GetResult();
        if (Verifier is not null)
        {
            onPartitions.Dispose();
        }

        server.Dispose();
        reactors.ForEach(reactor => reactor.Dispose());
    }

    private sealed class Question<T>(Func<T> question) : WorkItem
    {
        public TaskCompletionSource<T> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void Run(Reactor reactor) => Answer.SetResult(question());
    }
}
