using Millrace.Loadgen.Measurement;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Loadgen.Tests.Live;

/// <summary>
/// What clients allocate once they have grown: nothing, or a collection of garbage would be measured as the broker's
/// latency.
/// </summary>
public sealed class SteadyStateTests : IDisposable
{
    private const long Second = 1_000_000_000;

    private readonly TestBroker broker = new();
    private readonly TopicSpec topics = new() { Name = "steady", Partitions = 3 };
    private readonly Worker worker = new(0);
    private readonly SetupClient setup;
    private readonly ClusterMap cluster;

    public SteadyStateTests()
    {
        setup = SetupClient.Connect(BrokerAddresses.ParseList(broker.Address));
        cluster = TopicSetup.Prepare(setup, topics);
    }

    public void Dispose()
    {
        worker.Dispose();
        setup.Dispose();
        broker.Dispose();
    }

    [Theory]
    [InlineData("none", "none")]
    [InlineData("zstd", "uniform:1000")]
    public void Producing_and_consuming_allocate_nothing(string codec, string keys)
    {
        ProduceSpec produce = new()
        {
            Rate = RateProfile.Constant(2000),
            Codec = OptionText.Compression(codec)!.Value,
            Keys = KeyChoice.TryParse(keys)!,
        };
        ConsumeSpec consume = new() { ReadsStamps = true, Verifies = true };
        RunPlan plan = PlanOf() with { Produce = produce, Consume = consume };
        long least = LeastBytes(
            plan, setup.Versions, () => Math.Min(worker.Meter.RecordsAcked, worker.Meter.RecordsConsumed), cast =>
            {
                cast.AddConsumers(consume, TopicSetup.Offsets(cluster, isReadCommitted: false));
                cast.AddProducers(produce, RunClock.NowNs);
            });

        Assert.True(worker.Meter.RecordsAcked > 4000, $"{worker.Meter.RecordsAcked} records");
        Assert.True(worker.Meter.RecordsConsumed > 4000, $"{worker.Meter.RecordsConsumed} records");
        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Transactions_allocate_nothing(bool partitionsJoinByThemselves)
    {
        ProduceSpec records = new();
        TransactionSpec transactions = new()
        {
            Rate = RateProfile.Constant(100), Records = 10, Partitions = 2, AbortShare = 0.1,
        };
        RunPlan plan = PlanOf() with { Produce = records, Transactions = transactions };
        ApiVersionTable versions = partitionsJoinByThemselves ? setup.Versions : WithoutFeatures();
        long least = LeastBytes(
            plan, versions, () => worker.Meter.Operations,
            cast => cast.AddTransactions(transactions, records, RunClock.NowNs));

        Assert.True(worker.Meter.Operations > 200, $"{worker.Meter.Operations} transactions");
        Assert.Equal(0, least);
    }

    [Fact]
    public void Commits_and_heartbeats_allocate_nothing()
    {
        GroupSpec groups = new() { Members = 2, CommitRate = RateProfile.Constant(200), HeartbeatMs = 50 };
        RunPlan plan = PlanOf() with { Groups = groups };
        long least = LeastBytes(
            plan, setup.Versions, () => worker.Meter.Operations, cast => cast.AddGroups(groups, RunClock.NowNs));

        Assert.True(worker.Meter.Operations > 200, $"{worker.Meter.Operations} commits");
        Assert.Equal(0, least);
    }

    /// <summary>What every broker of Kafka's line serves, but for features: producers add partitions first.</summary>
    private static ApiVersionTable WithoutFeatures() => new(new ApiVersionsResponse
    {
        ApiKeys =
        [
            .. ApiFacts.All.ToArray().Select(api => new ApiVersionsResponse.ApiVersion
            {
                ApiKey = (short)api.Key, MinVersion = api.MinVersion, MaxVersion = api.MaxVersion,
            }),
        ],
    });

    private RunPlan PlanOf() => new() { Name = "steady", Topics = topics, DurationSeconds = 3600 };

    /// <summary>Runs the clients until they have been at work for some seconds.</summary>
    /// <param name="plan">What they do.</param>
    /// <param name="versions">What they speak.</param>
    /// <param name="work">How much they have done.</param>
    /// <param name="add">Makes them.</param>
    /// <returns>What they allocated in the second in which it was least.</returns>
    private long LeastBytes(RunPlan plan, ApiVersionTable versions, Func<long> work, Action<ClientCast> add)
    {
        RunContext context = new()
        {
            Brokers = BrokerAddresses.ParseList(broker.Address),
            Versions = versions,
            Cluster = cluster,
            Topics = topics.Names,
            RunId = 5,
            Seed = 5,
        };
        using ClientCast cast = new(plan, context, [worker]);
        add(cast);
        AllocationProbe probe = new(worker.Loop, context, work);
        worker.Loop.Add(probe);
        worker.Start();
        worker.Join();
        return probe.LeastBytes;
    }

    /// <summary>
    /// Reads what its thread has allocated, second by second, and ends the loop after some in which work was done.
    /// </summary>
    private sealed class AllocationProbe(EventLoop loop, RunContext context, Func<long> work)
        : LoopClient(loop, context)
    {
        private const int WarmUpSeconds = 2;
        private const int Seconds = WarmUpSeconds + 5;
        private const int WorkMin = 30;

        private int busySeconds;
        private long bytesBefore;
        private long workBefore;

        /// <summary>
        /// In the second in which it was least: what the path takes shows every time, what the runtime takes beside it
        /// (tiering) does not.
        /// </summary>
        public long LeastBytes { get; private set; } = long.MaxValue;

        public override bool IsDone => busySeconds == Seconds;

        public override long Turn(long nowNs)
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            long done = work();
            if (done - workBefore >= WorkMin && ++busySeconds > WarmUpSeconds)
            {
                LeastBytes = Math.Min(LeastBytes, bytes - bytesBefore);
            }

            (bytesBefore, workBefore) = (bytes, done);
            if (IsDone)
            {
                Loop.Stop();
            }

            return nowNs + Second;
        }

        protected override void Answer(
            BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
        {
        }

        protected override void Lost(BrokerConnection connection, in PendingRequest request, long nowNs)
        {
        }
    }
}
