using Millrace.Base;
using Millrace.Coordination.Groups;

namespace Millrace.Broker;

/// <summary>
/// What a broker does for transactions as the leader of partitions, whoever coordinates them: lets them begin, and
/// writes the markers that end them. Made, started and disposed of by the thread that runs the node.
/// </summary>
public sealed class PartitionTransactions : IDisposable
{
    private readonly EventLoop loop;
    private readonly PartitionTable partitions;
    private readonly GroupCoordinator groups;
    private readonly IClock clock;

    /// <param name="config">The node's configs.</param>
    /// <param name="partitions">Where partitions are found.</param>
    /// <param name="groups">Who holds the offsets that markers decide on.</param>
    /// <param name="verifier">The transaction coordinators.</param>
    /// <param name="clock">For timestamps and time limits.</param>
    public PartitionTransactions(
        ServerConfig config,
        PartitionTable partitions,
        GroupCoordinator groups,
        ITransactionVerifier verifier,
        IClock clock)
    {
        this.partitions = partitions;
        this.groups = groups;
        this.clock = clock;
        loop = new EventLoop("markers", clock);
        Markers = new MarkerWriter(loop, partitions, groups, clock, config.RequestTimeoutMs);
        Gate = new TransactionGate(verifier)
        {
            TimeoutMs = config.RequestTimeoutMs,
            RetryBackoffMs = config.AddPartitionsRetryBackoffMs,
            RetryBackoffMaxMs = config.AddPartitionsRetryBackoffMaxMs,
        };
        Follow(config);
    }

    public TransactionGate Gate { get; }

    public MarkerWriter Markers { get; }

    /// <summary>Takes over the configs that may change while the broker runs. Any thread.</summary>
    public void Follow(ServerConfig config) => Gate.Verifies = config.VerifiesTransactions;

    /// <summary>One handler for each API.</summary>
    public IEnumerable<IRequestHandler> Handlers(IAuthorizer authorizer) =>
    [
        new ProduceHandler(partitions, authorizer, Gate),
        new WriteTxnMarkersHandler(loop, Markers, authorizer),
        new TxnOffsetCommitHandler(groups, partitions, Gate, authorizer, clock),
    ];

    public void Start() => loop.Start();

    /// <summary>After everybody who asks is gone.</summary>
    public void Dispose()
    {
        loop.Dispose();
        Markers.Dispose();
    }
}
