using System.Globalization;

namespace Millrace.Loadgen;

/// <summary>
/// OpenMessaging-benchmark's workload files, and what its Kafka driver files say of topics, producers and consumers,
/// as a plan of ours. A name that would change what is measured and that we do not know is an error.
/// </summary>
internal sealed class OpenMessagingWorkload
{
    private static readonly string[] WithoutEffect = ["name", "payloadFile", "logIntervalMillis", "driverClass"];

    private readonly Dictionary<string, string> values;
    private readonly string file;
    private readonly HashSet<string> used = [.. WithoutEffect];

    private OpenMessagingWorkload(Dictionary<string, string> values, string file)
    {
        this.values = values;
        this.file = file;
    }

    /// <summary>Reads a workload.</summary>
    /// <exception cref="FormatException">Something in it is not understood; the message says what and
    /// where.</exception>
    public static RunPlan Read(TextReader reader, string file)
    {
        OpenMessagingWorkload workload = new(FlatYaml.Read(reader, file), file);
        RunPlan plan = workload.ToPlan();
        string? unknown = workload.values.Keys.FirstOrDefault(name => !workload.used.Contains(name));
        return unknown is null ? plan : throw new FormatException($"{file}: {unknown} is not known");
    }

    /// <summary>Puts what a driver file says over a plan.</summary>
    /// <exception cref="FormatException">Something in it is not understood; the message says what and
    /// where.</exception>
    public static RunPlan ReadDriver(TextReader reader, string file, RunPlan plan)
    {
        Dictionary<string, string> driver = FlatYaml.Read(reader, file);
        Dictionary<string, string> common = Properties(driver.GetValueOrDefault("commonConfig"));
        Dictionary<string, string> producer = Properties(driver.GetValueOrDefault("producerConfig"));
        Dictionary<string, string> consumer = Properties(driver.GetValueOrDefault("consumerConfig"));
        Dictionary<string, string> topic = Properties(driver.GetValueOrDefault("topicConfig"));
        return plan with
        {
            Name = plan.Name,
            Brokers = common.TryGetValue("bootstrap.servers", out string? brokers)
                ? BrokerAddresses.ParseList(brokers)
                : plan.Brokers,
            BrokerName = driver.GetValueOrDefault("name", plan.BrokerName),
            Topics = plan.Topics with
            {
                Replication = driver.TryGetValue("replicationFactor", out string? replicas)
                    ? (short)Number(replicas, "replicationFactor", file)
                    : plan.Topics.Replication,
                Configs = [.. topic.Select(config => $"{config.Key}={config.Value}")],
            },
            Produce = WithProducer(plan.Produce!, producer, file),
            Consume = plan.Consume is null ? null : WithConsumer(plan.Consume, consumer, file),
        };
    }

    private RunPlan ToPlan()
    {
        double rate = Get("producerRate", 0);
        int subscriptions = (int)Get("subscriptionsPerTopic", 1);
        if (Get("consumerBacklogSizeGB", 0) > 0)
        {
            throw new FormatException(
                $"{file}: consumerBacklogSizeGB: fill the topic with loadgen produce --records, then run "
                + "loadgen consume --from-beginning");
        }

        string keys = Text("keyDistributor", "NO_KEY");
        bool isRandom = Text("useRandomizedPayloads", "false") == "true";
        int topics = (int)Get("topics", 1);
        return new RunPlan
        {
            Name = values.GetValueOrDefault("name", Path.GetFileNameWithoutExtension(file)),
            Topics = new TopicSpec
            {
                Name = "omb",
                Count = topics,
                Partitions = (int)Get("partitionsPerTopic", 1),
            },
            DurationSeconds = Get("testDurationMinutes", 5) * 60,
            WarmUpSeconds = Get("warmupDurationMinutes", 1) * 60,
            Produce = new ProduceSpec
            {
                Producers = (int)Get("producersPerTopic", 1) * topics,
                Sizes = RecordSizes.Constant((int)Get("messageSize", 1024)),
                Rate = rate == 0 ? RateProfile.Unlimited : RateProfile.Constant(rate),
                Keys = keys switch
                {
                    "NO_KEY" => KeyChoice.None,
                    "KEY_ROUND_ROBIN" => KeyChoice.TryParse("sequential:10000")!,
                    "RANDOM_NANO" => KeyChoice.TryParse("uniform:1000000000")!,
                    _ => throw new FormatException($"{file}: keyDistributor {keys} is not known"),
                },
                RandomShare = isRandom ? Get("randomBytesRatio", 0.5) : UseNone("randomBytesRatio", 0),
                IsStamped = true,
            },
            Consume = subscriptions == 0 ? null : new ConsumeSpec
            {
                Groups = subscriptions,
                Consumers = (int)Get("consumerPerSubscription", 1) * topics,
                ReadsStamps = true,
            },
            Threads = 2,
        };
    }

    private static ProduceSpec WithProducer(ProduceSpec start, Dictionary<string, string> config, string file)
    {
        ProduceSpec spec = start with
        {
            Acks = config.TryGetValue("acks", out string? acks)
                ? OptionText.Acks(acks) ?? throw new FormatException($"{file}: acks={acks}: takes all, 1 or 0")
                : start.Acks,
            LingerMs = Take(config, "linger.ms", start.LingerMs, file),
            BatchBytes = (int)Take(config, "batch.size", start.BatchBytes, file),
            RequestBytesMax = (int)Take(config, "max.request.size", start.RequestBytesMax, file),
            BufferMemory = (long)Take(config, "buffer.memory", start.BufferMemory, file),
            InFlight = (int)Take(config, "max.in.flight.requests.per.connection", start.InFlight, file),
            Codec = config.TryGetValue("compression.type", out string? codec)
                ? OptionText.Compression(codec) ?? throw new FormatException($"{file}: compression.type={codec}")
                : start.Codec,
        };
        bool isPossible = spec.Acks == -1 && spec.InFlight <= 5;
        return spec with
        {
            IsIdempotent = config.TryGetValue("enable.idempotence", out string? wanted)
                ? wanted == "true" && isPossible
                : isPossible,
            RequestBytesMax = Math.Max(spec.RequestBytesMax, spec.BatchBytes),
        };
    }

    private static ConsumeSpec WithConsumer(ConsumeSpec start, Dictionary<string, string> config, string file) =>
        start with
        {
            MaxBytes = (int)Take(config, "fetch.max.bytes", start.MaxBytes, file),
            MinBytes = (int)Take(config, "fetch.min.bytes", start.MinBytes, file),
            MaxWaitMs = (int)Take(config, "fetch.max.wait.ms", start.MaxWaitMs, file),
            PartitionMaxBytes = (int)Take(config, "max.partition.fetch.bytes", start.PartitionMaxBytes, file),
            IsReadCommitted = config.GetValueOrDefault("isolation.level") == "read_committed",
        };

    private static Dictionary<string, string> Properties(string? block)
    {
        Dictionary<string, string> properties = [];
        foreach (string line in (block ?? "").Split('\n', StringSplitOptions.TrimEntries))
        {
            int sign = line.IndexOf('=', StringComparison.Ordinal);
            if (sign > 0 && line[0] != '#')
            {
                properties[line[..sign].Trim()] = line[(sign + 1)..].Trim();
            }
        }

        return properties;
    }

    private static double Take(Dictionary<string, string> config, string name, double start, string file) =>
        config.TryGetValue(name, out string? text) ? Number(text, name, file) : start;

    private static double Number(string text, string name, string file) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new FormatException($"{file}: {name}: {text} is no number");

    private double UseNone(string name, double value)
    {
        used.Add(name);
        used.Add("randomizedPayloadPoolSize");
        return value;
    }

    private string Text(string name, string otherwise)
    {
        used.Add(name);
        used.Add("randomizedPayloadPoolSize");
        return values.GetValueOrDefault(name, otherwise);
    }

    private double Get(string name, double otherwise) => Number(Text(name, $"{otherwise}"), name, file);
}
