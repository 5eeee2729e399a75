namespace Millrace.Broker;

/// <summary>
/// The typed and validated configs of this node, dynamic overrides included where they were given. A snapshot:
/// immutable,
/// any thread. What has no property of its own is found in <see cref="Values"/>.
/// </summary>
public sealed class ServerConfig
{
    private ServerConfig(ConfigValues values, ListenerConfigs listeners, bool isSelfContained, List<QuorumVoter> voters)
    {
        Values = values;
        IsSelfContained = isSelfContained;
        NodeId = values.Int("node.id");
        IsBroker = Array.IndexOf(values.List("process.roles"), "broker") >= 0;
        IsController = Array.IndexOf(values.List("process.roles"), "controller") >= 0;
        BrokerListeners = [.. listeners.Listeners.Where(one => !listeners.IsController(one))];
        ControllerListeners = [.. listeners.Listeners.Where(one => listeners.IsController(one))];
        AdvertisedListeners = [.. listeners.Advertised.Where(one => !listeners.IsController(one))];
        ControllerListenerNames = listeners.ControllerNames;
        ListenerProtocols = listeners.Protocols;
        InterBrokerListenerName = listeners.InterBrokerName;
        QuorumVoters = voters;
        LogDirs = values["log.dirs"].IsNull ? values.List("log.dir") : values.List("log.dirs");
        MaxConnectionsPerIpOverrides = ReadHostCounts(values.Text("max.connections.per.ip.overrides"), null);
    }

    /// <summary>Every broker config.</summary>
    public ConfigValues Values { get; }

    /// <summary>
    /// A quorum of one that was not asked for by name; see <see cref="ServerProperties.IsSelfContained"/>.
    /// </summary>
    public bool IsSelfContained { get; }

    public int NodeId { get; }

    public bool IsBroker { get; }

    public bool IsController { get; }

    public string? Rack => Values.Text("broker.rack");

    /// <summary>Where clients and other brokers connect; at least one on a broker.</summary>
    public IReadOnlyList<ListenerEndpoint> BrokerListeners { get; }

    /// <summary>Where the quorum connects; may be empty where <see cref="IsSelfContained"/>.</summary>
    public IReadOnlyList<ListenerEndpoint> ControllerListeners { get; }

    /// <summary>
    /// What clients are told, per listener name. A listener that is missing here, or has no host, answers with the
    /// address
    /// that the client connected to.
    /// </summary>
    public IReadOnlyList<ListenerEndpoint> AdvertisedListeners { get; }

    public IReadOnlyList<string> ControllerListenerNames { get; }

    public IReadOnlyDictionary<string, ListenerProtocol> ListenerProtocols { get; }

    public string InterBrokerListenerName { get; }

    /// <summary>
    /// The fixed quorum; empty where it is found through the bootstrap servers, or is this node alone.
    /// </summary>
    public IReadOnlyList<QuorumVoter> QuorumVoters { get; }

    public IReadOnlyList<string> QuorumBootstrapServers => Values.List("controller.quorum.bootstrap.servers");

    /// <summary>Data folders as written, relative ones against the working directory.</summary>
    public IReadOnlyList<string> LogDirs { get; }

    /// <summary>Folder of the metadata log: <c>metadata.log.dir</c>, else the first data folder.</summary>
    public string MetadataLogDir => Values.Text("metadata.log.dir") ?? LogDirs[0];

    /// <summary>The operator's wish for reactors, or null where none was uttered.</summary>
    public int? NetworkThreads => Values.IsGiven("num.network.threads") ? Values.Int("num.network.threads") : null;

    public int SocketRequestMaxBytes => Values.Int("socket.request.max.bytes");

    /// <summary>-1 leaves it to the kernel, as does a config that nobody has set.</summary>
    public int SocketSendBufferBytes => GivenOrKernel("socket.send.buffer.bytes");

    /// <inheritdoc cref="SocketSendBufferBytes"/>
    public int SocketReceiveBufferBytes => GivenOrKernel("socket.receive.buffer.bytes");

    public int SocketListenBacklogSize => Values.Int("socket.listen.backlog.size");

    public int MaxConnections => Values.Int("max.connections");

    public int MaxConnectionsPerIp => Values.Int("max.connections.per.ip");

    public IReadOnlyDictionary<string, int> MaxConnectionsPerIpOverrides { get; }

    /// <summary><c>listener.name.NAME.max.connections</c>, by the listener's name.</summary>
    public IReadOnlyDictionary<string, int> MaxConnectionsPerListener { get; private init; } =
        new Dictionary<string, int>();

    public int MaxConnectionCreationRate => Values.Int("max.connection.creation.rate");

    public long ConnectionsMaxIdleMs => Values.Long("connections.max.idle.ms");

    public int QueuedMaxRequests => Values.Int("queued.max.requests");

    public int FetchMaxBytes => Values.Int("fetch.max.bytes");

    public int FetchSessionSlots => Values.Int("max.incremental.fetch.session.cache.slots");

    public int RequestPartitionsMax => Values.Int("max.request.partition.size.limit");

    public bool AutoCreateTopics => Values.Boolean("auto.create.topics.enable");

    public bool DeleteTopics => Values.Boolean("delete.topic.enable");

    public int DefaultPartitions => Values.Int("num.partitions");

    public int DefaultReplicationFactor => Values.Int("default.replication.factor");

    public int RecoveryThreadsPerDataDir => Values.Int("num.recovery.threads.per.data.dir");

    public long LogRetentionCheckIntervalMs => Values.Long("log.retention.check.interval.ms");

    public long LogFlushSchedulerIntervalMs => Values.Long("log.flush.scheduler.interval.ms");

    public int RecoveryPointCheckpointIntervalMs => Values.Int("log.flush.offset.checkpoint.interval.ms");

    public int LogStartOffsetCheckpointIntervalMs => Values.Int("log.flush.start.offset.checkpoint.interval.ms");

    public long HighWatermarkCheckpointIntervalMs => Values.Long("replica.high.watermark.checkpoint.interval.ms");

    public long ReplicaLagTimeMaxMs => Values.Long("replica.lag.time.max.ms");

    public int RequestTimeoutMs => Values.Int("request.timeout.ms");

    public bool VerifiesTransactions => Values.Boolean("transaction.partition.verification.enable");

    public int AddPartitionsRetryBackoffMs => Values.Int("add.partitions.to.txn.retry.backoff.ms");

    public int AddPartitionsRetryBackoffMaxMs => Values.Int("add.partitions.to.txn.retry.backoff.max.ms");

    public int ProducerIdExpirationMs => Values.Int("producer.id.expiration.ms");

    /// <summary>Log defaults, for topics that say nothing of their own.</summary>
    public TopicConfig TopicDefaults { get; private init; } = null!;

    /// <summary>Reads, types and validates a node's configs.</summary>
    /// <param name="texts">Static configs, with dynamic ones laid over them where there are any.</param>
    /// <param name="isSelfContained">See <see cref="ServerProperties.IsSelfContained"/>.</param>
    /// <param name="config">The snapshot; null where there are errors.</param>
    /// <returns>Every error found, each with key, value and reason; empty where there is none.</returns>
    public static IReadOnlyList<string> Read(
        IReadOnlyDictionary<string, string> texts, bool isSelfContained, out ServerConfig? config)
    {
        config = null;
        var errors = new List<string>();
        var values = ConfigValues.Read(BrokerConfigs.Table, texts, errors);
        foreach (var (name, text) in texts)
        {
            // A listener's own value obeys the rule of the config that it overrides.
            if (BrokerConfigs.TryListenerPrefixed(name, out _, out _)
                && BrokerConfigs.TryFind(name, out var definition)
                && ConfigValue.Read(definition, text, out _) is { } error)
                errors.Add($"{name}: {error}");
        }

        if (errors.Count > 0)
            return errors;
        var listeners = new ListenerConfigs(values, errors);
        var voters = new List<QuorumVoter>();
        ServerConfigRules.Check(values, listeners, isSelfContained, voters, errors);
        ReadHostCounts(values.Text("max.connections.per.ip.overrides"), errors);
        if (errors.Count == 0)
        {
            config = new ServerConfig(values, listeners, isSelfContained, voters)
            {
                TopicDefaults = TopicConfig.Read(new Dictionary<string, string>(), values),
                MaxConnectionsPerListener = ReadListenerCounts(texts, listeners),
            };
        }

        return errors;
    }

    /// <summary>The advertised entry of a listener, or null for the address that the client connected to.</summary>
    public ListenerEndpoint? AdvertisedFor(string listener)
    {
        foreach (var one in AdvertisedListeners)
        {
            if (one.Name == listener)
                return one.Host == null ? null : one;
        }

        return null;
    }

    /// <summary>
    /// Kafka's default for socket buffers keeps the kernel from sizing them: a client on the same host then waits for
    /// window updates, and its batches of 256 KiB cost a broker 1.5 times the CPU (measured).
    /// </summary>
    private int GivenOrKernel(string name) => Values.IsGiven(name) ? Values.Int(name) : -1;

    /// <summary>In a config's name a listener is in small letters.</summary>
    private static Dictionary<string, int> ReadListenerCounts(
        IReadOnlyDictionary<string, string> texts, ListenerConfigs listeners)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var one in listeners.Listeners)
        {
            var name = $"listener.name.{one.Name.ToLowerInvariant()}.max.connections";
            if (texts.TryGetValue(name, out var text)
                && BrokerConfigs.TryFind(name, out var definition)
                && ConfigValue.Read(definition, text, out var value) is null)
                counts[one.Name] = value.Int;
        }

        return counts;
    }

    private static Dictionary<string, int> ReadHostCounts(string? text, List<string>? errors)
    {
        var counts = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in (text ?? "").Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = entry.LastIndexOf(':');
            if (colon > 0 && int.TryParse(entry.AsSpan(colon + 1), out var count) && count >= 0)
                counts[entry[..colon].Trim()] = count;
            else
            {
                errors?.Add("Error parsing configuration property 'max.connections.per.ip.overrides': " +
                    $"{entry} is not of the form host:count");
            }
        }

        return counts;
    }
}
