using Millrace.Protocol.Compression;

namespace Millrace.Loadgen;

/// <summary>
/// All presets. The first are what Kafka is used for in tutorials and in production, at rates that a small machine
/// holds; P1 to P11, T1 and G1 are the shapes of the benchmark report.
/// </summary>
internal static class PresetTable
{
    private const int KiB = 1024;

    private static readonly ProduceSpec Bulk = new()
    {
        Producers = 2,
        Rate = RateProfile.Unlimited,
        BatchBytes = 256 * KiB,
        RequestBatches = 1,
        Acks = 1,
        IsIdempotent = false,
        LingerMs = 100,
        IsStamped = false,
    };

    private static readonly ProduceSpec Small = Bulk with
    {
        Producers = 4,
        Sizes = RecordSizes.Constant(100),
        BatchBytes = 16 * KiB,
        BatchRecords = 1,
        LingerMs = 0,
        InFlight = 16,
    };

    /// <summary>512 MiB in 1 KiB records.</summary>
    private static readonly ProduceSpec Filling = Bulk with { Records = 512 * KiB };

    public static IReadOnlyList<Preset> All { get; } = [.. Uses(), .. Produce(), .. Fetch(), .. Coordinators()];

    public static Preset? Find(string name) =>
        All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<Preset> Uses()
    {
        yield return Use("events", "event-driven services: 5 topics, keyed JSON of some 800 B, three groups read all",
            topics: 5, partitions: 3, groups: 3,
                Records("lognormal:800:0.5", 2000) with { Keys = Keys("uniform:100000") });
        yield return Use("logs", "log aggregation: many small lines, large compressed batches, acks=1",
            topics: 1, partitions: 12, groups: 1, Records("lognormal:300:0.7", 50_000) with
            {
                Producers = 8,
                Codec = new Codec(CompressionCodec.Zstd),
                RandomShare = 0.2,
                BatchBytes = 128 * KiB,
                LingerMs = 50,
                Acks = 1,
                IsIdempotent = false,
            });
        yield return Use("iot", "metrics of 100,000 devices: 100 B, keyed by device, lz4",
            topics: 1, partitions: 6, groups: 2, Records("100", 20_000) with
            {
                Producers = 4,
                Keys = Keys("uniform:100000"),
                Codec = new Codec(CompressionCodec.Lz4),
                LingerMs = 20,
                IsPoisson = true,
            });
        yield return Use("fraud", "payments to be judged at once: no linger, hot accounts, latency is all",
            topics: 1, partitions: 6, groups: 2, Records("300", 5000) with
            {
                Keys = Keys("zipf:1000000:0.99"),
                LingerMs = 0,
                IsPoisson = true,
            });
        Preset capture = Use("cdc", "change capture: rows of a database into a compacted topic, one request at a time",
            topics: 1, partitions: 3, groups: 2, Records("lognormal:800:0.6", 2000) with
            {
                Keys = Keys("zipf:100000:0.9"),
                InFlight = 1,
            });
        yield return capture with
        {
            Plan = capture.Plan with { Topics = capture.Plan.Topics with { Configs = ["cleanup.policy=compact"] } },
        };
        yield return Orders();
    }

    private static Preset Orders() => new(
        "orders", "orders and payments exactly once: transactions over 3 partitions, a tenth aborted, all read back",
        new RunPlan
        {
            Name = "orders",
            Topics = new TopicSpec { Name = "orders", Partitions = 6 },
            Produce = Records("1024", 1) with { Keys = Keys("uniform:100000") },
            Transactions = new TransactionSpec
            {
                Producers = 2,
                Rate = RateProfile.Constant(100),
                Records = 6,
                Partitions = 3,
                AbortShare = 0.1,
                IdPrefix = "orders",
            },
            Consume = new ConsumeSpec { IsReadCommitted = true, Verifies = true, ReadsStamps = true },
            Verifies = true,
            Threads = 2,
        });

    private static IEnumerable<Preset> Produce()
    {
        yield return Shape("p1", "1 KiB records in 256 KiB batches, acks=1, as fast as the broker takes them", Bulk);
        foreach (CompressionCodec codec in Enum.GetValues<CompressionCodec>().Where(
            one => one != CompressionCodec.None))
        {
            string name = codec.ToString().ToLowerInvariant();
            yield return Shape($"p1-{name}", $"the same with {name}", Bulk with { Codec = new Codec(codec) });
        }

        yield return Shape("p3", "100 B records, one to a batch and a request: what a request costs", Small);
        yield return Shape("p5", "16 KiB batches for a broker that syncs before it acknowledges", Bulk with
        {
            Producers = 4,
            BatchBytes = 16 * KiB,
            LingerMs = 0,
        });
        yield return Shape("p6", "as p3, for the bytes that a broker allocates for a request", Small);
        yield return Shape("p7", "as p1, for the memory that a loaded broker takes", Bulk);
        yield return Shape(
            "p8", "one record: the end of a start", Bulk with { Records = 1, Producers = 1, LingerMs = 0 });
        yield return Shape("p9", "as p1, to be held against the floor", Bulk);
    }

    private static IEnumerable<Preset> Fetch()
    {
        RunPlan filled = ShapePlan("p2", Filling) with { WarmUpSeconds = 0, DurationSeconds = 600 };
        yield return new Preset("p2", "hot fetch: 4 consumers read 512 MiB over and over", filled with
        {
            Produce = null,
            Consume = new ConsumeSpec { Consumers = 4, IsFromBeginning = true, IsLooping = true },
            WarmUpSeconds = 1,
            DurationSeconds = 10,
            Threads = 1,
        })
        {
            Fill = filled,
        };
        ProduceSpec tail = Records("1024", 5000) with { LingerMs = 0, Acks = 1, IsIdempotent = false };
        RunPlan ends = ShapePlan("p4", tail) with { Consume = new ConsumeSpec { ReadsStamps = true }, Threads = 2 };
        yield return new Preset(
            "p4", "end-to-end latency at a rate: --rate half of what the slower broker takes", ends);
        RunPlan history = ShapePlan("p10", Filling) with { WarmUpSeconds = 0, DurationSeconds = 600 };
        yield return new Preset("p10", "p4's traffic beside two readers of 512 MiB of the past", history with
        {
            Produce = tail,
            Consume = new ConsumeSpec { ReadsStamps = true },
            Replay = new ConsumeSpec { Groups = 2, IsFromBeginning = true, IsLooping = true },
            WarmUpSeconds = 1,
            DurationSeconds = 10,
            Threads = 2,
        })
        {
            Fill = history,
        };
        yield return new Preset("p11", "10,000 connections that stand idle", new RunPlan
        {
            Name = "p11",
            Topics = new TopicSpec { Name = "p11" },
            Connections = new ConnectionSpec { Count = 10_000 },
            WarmUpSeconds = 0,
            Threads = 1,
        });
        RunPlan wide = ShapePlan("p11-partitions", Records("100", 10_000) with { Keys = Keys("uniform:1000000") });
        yield return new Preset("p11-partitions", "records by key over 10,000 partitions", wide with
        {
            Topics = wide.Topics with { Count = 10, Partitions = 1000 },
        });
    }

    private static IEnumerable<Preset> Coordinators()
    {
        RunPlan transactions = ShapePlan("t1", Records("100", 1));
        yield return new Preset(
            "t1", "transactions of 10 records, one after another, from 4 producers", transactions with
        {
            Transactions = new TransactionSpec { Producers = 4, Rate = RateProfile.Unlimited, IdPrefix = "t1" },
        });
        yield return new Preset(
            "g1", "40 groups of 5 that commit as fast as they can and rebalance every 2 s", new RunPlan
        {
            Name = "g1",
            Topics = new TopicSpec { Name = "g1", Partitions = 10 },
            Groups = new GroupSpec
            {
                Groups = 40,
                Members = 5,
                CommitRate = RateProfile.Unlimited,
                ChurnSeconds = 2,
                NamePrefix = "g1",
            },
            WarmUpSeconds = 8,
            Threads = 1,
        });
    }

    private static Preset Use(string name, string about, int topics, int partitions, int groups, ProduceSpec produce) =>
        new(name, about, new RunPlan
        {
            Name = name,
            Topics = new TopicSpec { Name = name, Count = topics, Partitions = partitions },
            Produce = produce,
            Consume = new ConsumeSpec { Groups = groups, ReadsStamps = true },
            Threads = 2,
        });

    private static Preset Shape(string name, string about, ProduceSpec produce) =>
        new(name, about, ShapePlan(name, produce));

    private static RunPlan ShapePlan(string name, ProduceSpec produce) => new()
    {
        Name = name,
        Topics = new TopicSpec { Name = name, Partitions = 4 },
        Produce = produce,
        Threads = 1,
    };

    private static ProduceSpec Records(string sizes, double rate) => new()
    {
        Sizes = RecordSizes.TryParse(sizes)!,
        Rate = RateProfile.Constant(rate),
    };

    private static KeyChoice Keys(string text) => KeyChoice.TryParse(text)!;
}
