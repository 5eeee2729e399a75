using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Tests.Transactions;

/// <summary>
/// A transaction coordinator of one partition on a simulated clock, log and way to its partitions, run by hand.
/// </summary>
internal sealed class Transacted : CoordinatorRig<TransactionShard>
{
    public const string Id = "x";

    public static readonly TransactionPartition P0 = new("t", 0);

    public static readonly TransactionPartition P1 = new("t", 1);

    private readonly CoordinatorRuntimeOptions runtime;

    public Transacted(
        TransactionOptions? options = null, short serverVersion = 2, bool leads = true, SimulatedLog? log = null,
        ManualClock? clock = null)
        : base(clock ?? new ManualClock())
    {
        ServerVersion = serverVersion;
        runtime = new CoordinatorRuntimeOptions { AppendLingerMs = 0 };
        Coordinator = new TransactionCoordinator(
            (options ?? new TransactionOptions()) with { PartitionCount = 1 }, runtime, [Loop], Ids, Markers,
            () => ServerVersion, new LogLevels(Lines, Clock).Area("transactions"));
        Attach(log ?? new SimulatedLog());
        if (leads)
        {
            Lead();
        }
    }

    public short ServerVersion { get; set; }

    public TransactionCoordinator Coordinator { get; }

    public CountedIds Ids { get; } = new();

    public HeldMarkers Markers { get; } = new();

    public KeptLines Lines { get; } = new();

    protected override CoordinatorRuntime<TransactionShard> Runtime => Coordinator.Runtime;

    /// <summary>Loads anew what is in the log.</summary>
    public void Reload()
    {
        Resign();
        Lead();
        Advance(100);
    }

    public void Advance(long milliseconds) => Advance(milliseconds, Math.Max(1, Math.Min(500, milliseconds / 10)));

    public Answer<ProducerStart> AskStart(
        string id = Id, int timeoutMs = 60_000, (long ProducerId, short Epoch)? expected = null, bool twoPhase = false,
        bool keeps = false) => Ask<ProducerStart>(take => Coordinator.Start(
            new ProducerStartRequest(id, timeoutMs)
            {
                Expected = expected, EnablesTwoPhase = twoPhase, KeepsPrepared = keeps,
            },
            take));

    public ProducerStart Start(
        string id = Id, int timeoutMs = 60_000, (long ProducerId, short Epoch)? expected = null,
        bool twoPhase = false, bool keeps = false) =>
        AskStart(id, timeoutMs, expected, twoPhase, keeps).Value;

    /// <summary>Starts, where the abort of what was open has to be waited for.</summary>
    public ProducerStart StartThrough(string id = Id)
    {
        Assert.Equal(ErrorCode.ConcurrentTransactions, Start(id).Error);
        Markers.AnswerAll();
        Advance(1);
        return Start(id);
    }

    public Answer<ErrorCode> AskAdd(
        in ProducerStart producer, string id = Id, short version = 2, params TransactionPartition[] partitions)
    {
        Producer who = new(producer.ProducerId, producer.Epoch);
        TransactionPartition[] added = partitions.Length == 0 ? [P0] : partitions;
        return Ask<ErrorCode>(take => Coordinator.AddPartitions(id, who, added, version, take));
    }

    public ErrorCode Add(
        in ProducerStart producer, string id = Id, short version = 2, params TransactionPartition[] partitions) =>
        AskAdd(producer, id, version, partitions).Value;

    public ErrorCode[] Verify(in ProducerStart producer, params TransactionPartition[] partitions)
    {
        Producer who = new(producer.ProducerId, producer.Epoch);
        return Ask<ErrorCode[]>(take => Coordinator.VerifyPartitions(Id, who, partitions, take)).Value;
    }

    public Answer<ProducerStart> AskEnd(
        in ProducerStart producer, bool isCommit, string id = Id, short version = 2)
    {
        Producer who = new(producer.ProducerId, producer.Epoch);
        return Ask<ProducerStart>(take => Coordinator.End(id, who, isCommit, version, take));
    }

    public ProducerStart End(in ProducerStart producer, bool isCommit, string id = Id, short version = 2) =>
        AskEnd(producer, isCommit, id, version).Value;

    public DescribeTransactionsResponse.TransactionStateData Describe(string id = Id) =>
        Ask<IReadOnlyList<DescribeTransactionsResponse.TransactionStateData>>(
            take => Coordinator.Describe([id], take)).Value[0];

    public ListTransactionsResponse List(ListTransactionsRequest? request = null) =>
        Ask<ListTransactionsResponse>(take => Coordinator.List(request ?? new(), take)).Value;

    internal sealed class CountedIds : IProducerIds
    {
        public long Next { get; set; } = 1000;

        public bool IsEmpty { get; set; }

        public bool TryTake(out long producerId)
        {
            producerId = IsEmpty ? -1 : Next++;
            return !IsEmpty;
        }
    }

    /// <summary>Keeps markers until somebody answers them.</summary>
    internal sealed class HeldMarkers : ITransactionMarkers
    {
        public List<TransactionMarker> Held { get; } = [];

        public List<int> Counts { get; } = [];

        public void Write(IReadOnlyList<TransactionMarker> markers)
        {
            Counts.Add(markers.Count);
            Held.AddRange(markers);
        }

        public TransactionMarker Take()
        {
            TransactionMarker marker = Assert.Single(Held);
            Held.Clear();
            return marker;
        }

        public void AnswerAll(MarkerOutcome outcome = MarkerOutcome.Written)
        {
            TransactionMarker[] markers = [.. Held];
            Held.Clear();
            foreach (TransactionMarker marker in markers)
            {
                marker.Answer([.. marker.Partitions.Select(_ => outcome)]);
            }
        }
    }

    internal sealed class KeptLines : ILog
    {
        public List<string> Lines { get; } = [];

        public void Write(LogLevel level, string area, ReadOnlySpan<char> message) => Lines.Add($"{level} {message}");
    }
}
