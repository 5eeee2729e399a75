using Millrace.Base;
using Millrace.Cluster;
using Millrace.Coordination.Groups;
using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// The transaction coordinator of a broker with all that it stands on: its thread, the topic
/// <c>__transaction_state</c>, and the metadata that it goes by. Made before the metadata is taken over, started and
/// stopped by the thread that runs the node.
/// </summary>
public sealed class TransactionService : ITransactionVerifier, IDisposable
{
    private readonly EventLoop reads;
    private readonly CoordinatorThreads threads;
    private readonly CoordinatorTopic<TransactionShard> topic;
    private readonly LocalMarkers markers;
    private readonly PartitionTable partitions;
    private readonly int waitMs;

    /// <param name="config">The node's configs.</param>
    /// <param name="partitions">Where partitions are found.</param>
    /// <param name="follower">Tells of leaders.</param>
    /// <param name="quorum">Where the level of <c>transaction.version</c> is.</param>
    /// <param name="producerIds">Gives out producer ids.</param>
    /// <param name="clock">For timers and timestamps.</param>
    /// <param name="log">What transactions do.</param>
    public TransactionService(
        ServerConfig config, PartitionTable partitions, MetadataFollower follower, MetadataQuorum quorum,
        IProducerIds producerIds, IClock clock, LogArea log)
    {
        this.partitions = partitions;
        waitMs = config.AddPartitionsRetryBackoffMaxMs;
        reads = new EventLoop("transaction-loads", clock);
        threads = new CoordinatorThreads("transactions", 1, clock);
        markers = new LocalMarkers(partitions);
        Coordinator = new TransactionCoordinator(
            OptionsOf(config), RuntimeOptionsOf(config), threads.Loops, producerIds, markers,
            () => quorum.Image.FeatureLevel(ClusterFeature.TransactionVersion), log);
        topic = new CoordinatorTopic<TransactionShard>(
            InternalTopics.TransactionState, Coordinator.Runtime, threads, partitions, reads, clock);
        topic.Found += count => Coordinator.PartitionCount = count;
        topic.Follow(follower);
    }

    public TransactionCoordinator Coordinator { get; }

    /// <summary>What FindCoordinator is to know.</summary>
    public CoordinatorKind Kind =>
        new(CoordinatorKind.Transaction, InternalTopics.TransactionState, Coordinator.PartitionOf);

    /// <summary>One handler for each API but InitProducerId, which idempotent producers ask, too.</summary>
    public IEnumerable<IRequestHandler> Handlers(GroupCoordinator groups, IAuthorizer authorizer) =>
    [
        new AddPartitionsToTxnHandler(Coordinator, partitions, authorizer, waitMs),
        new AddOffsetsToTxnHandler(Coordinator, groups, authorizer, waitMs),
        new EndTxnHandler(Coordinator, authorizer),
        new ListTransactionsHandler(Coordinator, authorizer),
        new DescribeTransactionsHandler(Coordinator, authorizer),
    ];

    public void AddOrVerify(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction,
        Action<ErrorCode, AddPartitionsToTxnResponse.AddPartitionsToTxnResult?> answer)
    {
        List<TransactionPartition> wanted = [];
        foreach (AddPartitionsToTxnRequest.AddPartitionsToTxnTopic one in transaction.Topics)
        {
            foreach (int partition in one.Partitions)
            {
                wanted.Add(new TransactionPartition(one.Name, partition));
            }
        }

        Producer producer = new(transaction.ProducerId, transaction.ProducerEpoch);
        if (transaction.VerifyOnly)
        {
            Coordinator.VerifyPartitions(
                transaction.TransactionalId, producer, wanted,
                errors => answer(
                    ErrorCode.None, AddPartitionsToTxnHandler.ResultOf(transaction, at => errors[at])));
            return;
        }

        Coordinator.AddPartitions(
            transaction.TransactionalId, producer, wanted, TransactionVersions.EpochPerTransaction,
            error => answer(ErrorCode.None, AddPartitionsToTxnHandler.ResultOf(transaction, _ => error)));
    }

    public void AwaitEnd(string transactionalId, int waitMs, Action done) =>
        Coordinator.AwaitEnd(transactionalId, waitMs, done);

    /// <summary>Starts the threads; loads that were asked for begin.</summary>
    /// <param name="writer">Who appends markers.</param>
    public void Start(MarkerWriter writer)
    {
        markers.Writer = writer;
        reads.Start();
        threads.Start();
    }

    /// <summary>Producers that wait for their answer are told to look for another coordinator.</summary>
    public void BeginStop() => topic.ResignAll();

    /// <summary>After everybody who asks is gone.</summary>
    public void Dispose()
    {
        threads.Dispose();
        reads.Dispose();
    }

    private static TransactionOptions OptionsOf(ServerConfig config) => new()
    {
        TimeoutMsMax = config.Values.Int("transaction.max.timeout.ms"),
        AbortIntervalMs = config.Values.Int("transaction.abort.timed.out.transaction.cleanup.interval.ms"),
        ExpirationMs = config.Values.Int("transactional.id.expiration.ms"),
        ExpirationIntervalMs = config.Values.Int("transaction.remove.expired.transaction.cleanup.interval.ms"),
        AllowsTwoPhase = config.Values.Boolean("transaction.two.phase.commit.enable"),
        PartitionCount = config.Values.Int("transaction.state.log.num.partitions"),
    };

    private static CoordinatorRuntimeOptions RuntimeOptionsOf(ServerConfig config) => new()
    {
        WriteTimeoutMs = config.Values.Int("request.timeout.ms"),
        LoadBytesMax = config.Values.Int("transaction.state.log.load.buffer.size"),
    };
}
