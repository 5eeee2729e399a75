using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Tests.Live;

/// <summary>
/// What a producer and a consumer allocate once they have grown: nothing, or a collection of garbage would be measured
/// as the broker's latency.
/// </summary>
public sealed class SteadyStateTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData("none", "none")]
    [InlineData("zstd", "uniform:1000")]
    public void Producing_and_consuming_allocate_nothing(string codec, string keys)
    {
        using TestBroker broker = new();
        using SetupClient setup = SetupClient.Connect(BrokerAddresses.ParseList(broker.Address));
        TopicSpec topics = new() { Name = "steady", Partitions = 3 };
        ClusterMap cluster = TopicSetup.Prepare(setup, topics);
        RunContext context = new()
        {
            Brokers = BrokerAddresses.ParseList(broker.Address),
            Versions = setup.Versions,
            Cluster = cluster,
            Topics = topics.Names,
            RunId = 5,
            Seed = 5,
        };
        ProduceSpec produce = new()
        {
            Rate = RateProfile.Constant(2000),
            Codec = OptionText.Compression(codec)!.Value,
            Keys = KeyChoice.TryParse(keys)!,
        };
        RunPlan plan = new()
        {
            Name = "steady",
            Produce = produce,
            Consume = new ConsumeSpec { ReadsStamps = true, Verifies = true },
            Topics = topics,
            DurationSeconds = 60,
        };
        using Worker worker = new(0);
        using ClientCast cast = new(plan, context, [worker]);
        cast.AddConsumers(plan.Consume, TopicSetup.Offsets(cluster, isReadCommitted: false));
        cast.AddProducers(produce, RunClock.NowNs);
        AllocationProbe probe = new(worker.Loop, context);
        worker.Loop.Add(probe);
        worker.Start();
        worker.Join();

        Assert.True(worker.Meter.RecordsAcked > 4000, $"{worker.Meter.RecordsAcked} records");
        Assert.True(worker.Meter.RecordsConsumed > 4000, $"{worker.Meter.RecordsConsumed} records");
        Assert.Equal(0, probe.LeastBytes);
    }

    /// <summary>Reads what its thread has allocated, second by second, and ends the loop after some.</summary>
    private sealed class AllocationProbe(EventLoop loop, RunContext context) : LoopClient(loop, context)
    {
        private const int Seconds = 8;

        private int turns;
        private long before;

        /// <summary>
        /// In the second in which it was least: what the path takes shows every time, what the runtime takes beside it
        /// (tiering) does not.
        /// </summary>
        public long LeastBytes { get; private set; } = long.MaxValue;

        public override bool IsDone => turns == Seconds;

        public override long Turn(long nowNs)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            LeastBytes = turns > 1 ? Math.Min(LeastBytes, now - before) : LeastBytes;
            before = now;
            if (++turns == Seconds)
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
