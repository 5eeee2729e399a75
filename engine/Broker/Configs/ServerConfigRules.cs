using System.Globalization;

namespace Millrace.Broker;

/// <summary>
/// What configs demand of each other. Conditions and wording where clients or scripts may look are Kafka's
/// (KafkaConfig),
/// observed on 4.4.0; every broken rule is reported, not only the first.
/// </summary>
internal static class ServerConfigRules
{
    /// <summary>Each default of a group setting, with its bounds.</summary>
    private static readonly (string Name, string Lowest, string Highest)[] Bounded =
    [
        .. Bounds("group.consumer.", "session.timeout.ms", "heartbeat.interval.ms", "assignment.interval.ms"),
        .. Bounds("group.share.", "session.timeout.ms", "heartbeat.interval.ms", "assignment.interval.ms"),
        .. Bounds("group.share.", "record.lock.duration.ms", "delivery.count.limit", "partition.max.record.locks"),
        .. Bounds("group.streams.", "session.timeout.ms", "heartbeat.interval.ms", "assignment.interval.ms"),
    ];

    internal static void Check(
        ConfigValues values,
        ListenerConfigs listeners,
        bool isSelfContained,
        List<QuorumVoter> voters,
        List<string> errors)
    {
        CheckNode(values, errors);
        ReadVoters(values, voters, errors);
        if (!isSelfContained)
            CheckQuorum(values, listeners, voters, errors);
        if (Array.IndexOf(values.List("process.roles"), "broker") >= 0)
            CheckBroker(listeners, errors);
        CheckEarlyStart(values, listeners, errors);
        CheckLogs(values, errors);
        CheckNumbers(values, errors);
        CheckGroups(values, errors);
    }

    private static IEnumerable<(string Name, string Lowest, string Highest)> Bounds(
        string prefix, params string[] names) =>
        names.Select(name => (prefix + name, $"{prefix}min.{name}", $"{prefix}max.{name}"));

    private static void CheckNode(ConfigValues values, List<string> errors)
    {
        var older = values.Int("broker.id");
        if (older >= 0 && older != values.Int("node.id"))
        {
            errors.Add("`node.id` and `broker.id` must be set to the same value. `broker.id` is deprecated, please " +
                "use " +
                "`node.id` instead.");
        }
    }

    private static void ReadVoters(ConfigValues values, List<QuorumVoter> voters, List<string> errors)
    {
        foreach (var text in values.List("controller.quorum.voters"))
        {
            var at = text.IndexOf('@');
            var colon = text.LastIndexOf(':');
            if (at <= 0
                || colon <= at + 1
                || !int.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || !ushort.TryParse(
                    text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                errors.Add("Invalid configuration value for controller.quorum.voters. Each entry should be in the " +
                    "form " +
                    $"`{{id}}@{{host}}:{{port}}`, but one is {text}.");
                continue;
            }

            var host = text[(at + 1)..colon].Trim('[', ']');
            if (host == "0.0.0.0")
                errors.Add($"controller.quorum.voters: Host string ({host}) is not routeable");
            voters.Add(new QuorumVoter(id, host, port));
        }

        foreach (var text in values.List("controller.quorum.bootstrap.servers"))
        {
            var colon = text.LastIndexOf(':');
            if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), out _))
            {
                errors.Add($"Failed to parse host name from {text} for the configuration " +
                    "controller.quorum.bootstrap.servers. Each entry should be in the form \"{host}:{port}\"");
            }
        }
    }

    private static void CheckQuorum(
        ConfigValues values, ListenerConfigs listeners, List<QuorumVoter> voters, List<string> errors)
    {
        var id = values.Int("node.id");
        var isController = Array.IndexOf(values.List("process.roles"), "controller") >= 0;
        var isBroker = Array.IndexOf(values.List("process.roles"), "broker") >= 0;
        var names = string.Join(", ", voters.Select(voter => voter.Id));
        if (voters.Count == 0 && values.List("controller.quorum.bootstrap.servers").Length == 0)
        {
            errors.Add("If using process.roles, either controller.quorum.bootstrap.servers must contain the set of " +
                "bootstrap controllers or controller.quorum.voters must contain a parseable set of controllers.");
        }

        if (voters.Count > 0 && isController && !voters.Exists(voter => voter.Id == id))
        {
            errors.Add($"If process.roles contains the 'controller' role, the node id {id} must be included in the " +
                "set " +
                $"of voters controller.quorum.voters=Set({names})");
        }

        if (!isController)
        {
            if (voters.Exists(voter => voter.Id == id))
            {
                errors.Add($"If process.roles contains just the 'broker' role, the node id {id} must not be included " +
                    "in " +
                    $"the set of voters controller.quorum.voters=Set({names})");
            }

            if (listeners.Listeners.Exists(one => listeners.IsController(one)))
            {
                errors.Add("controller.listener.names must not contain a value appearing in the 'listeners' " +
                    "configuration when running KRaft with just the broker role");
            }

            return;
        }

        if (!isBroker && listeners.Listeners.Exists(one => !listeners.IsController(one)))
        {
            errors.Add("The listeners config must only contain KRaft controller listeners from " +
                "controller.listener.names when process.roles=controller");
        }
        else if (!listeners.Listeners.Exists(one => listeners.IsController(one)))
        {
            errors.Add("controller.listener.names must contain at least one value appearing in the 'listeners' " +
                "configuration when running the KRaft controller role");
        }
        else if (listeners.ControllerNames.Any(name => !listeners.Listeners.Exists(one => one.Name == name)))
        {
            errors.Add("controller.listener.names must only contain values appearing in the 'listeners' " +
                "configuration " +
                "when running the KRaft controller role");
        }
    }

    private static void CheckBroker(ListenerConfigs listeners, List<string> errors)
    {
        var advertised = listeners.Advertised.FindAll(one => !listeners.IsController(one));
        var broker = listeners.Listeners.FindAll(one => !listeners.IsController(one));
        if (broker.Count == 0 || (listeners.Advertised.Count > 0 && advertised.Count == 0))
        {
            errors.Add("There must be at least one broker advertised listener. Perhaps all listeners appear in " +
                "controller.listener.names?");
            return;
        }

        foreach (var one in advertised)
        {
            if (one.Host is "0.0.0.0" or "::")
            {
                errors.Add($"advertised.listeners cannot use the nonroutable meta-address {one.Host}. Use a routable " +
                    "IP " +
                    "address.");
            }
        }

        var reachable = advertised.Count > 0 ? advertised : broker;
        var names = string.Join(", ", reachable.Select(one => one.Name));
        if (!reachable.Exists(one => one.Name == listeners.InterBrokerName))
        {
            errors.Add("inter.broker.listener.name must be a listener name defined in advertised.listeners. The " +
                "valid " +
                $"options based on currently configured listeners are {names}");
        }

        if (advertised.Exists(one => !broker.Exists(other => other.Name == one.Name)))
        {
            errors.Add("advertised.listeners listener names must be equal to or a subset of the ones defined in " +
                $"listeners. Found {names}. The valid options based on the current configuration are " +
                string.Join(", ", broker.Select(one => one.Name)));
        }
    }

    private static void CheckEarlyStart(ConfigValues values, ListenerConfigs listeners, List<string> errors)
    {
        foreach (var name in values.List("early.start.listeners"))
        {
            var known = name.ToUpperInvariant();
            if (!listeners.Listeners.Exists(one => one.Name == known) && !listeners.ControllerNames.Contains(known))
            {
                errors.Add($"early.start.listeners contains listener {known}, but this is not contained in listeners " +
                    "or " +
                    "controller.listener.names");
            }
        }
    }

    private static void CheckLogs(ConfigValues values, List<string> errors)
    {
        if (values.LongOrNull("log.roll.ms") < 1)
            errors.Add("log.roll.ms must be greater than or equal to 1");
        if (values.LongOrNull("log.roll.jitter.ms") < 0)
            errors.Add("log.roll.jitter.ms must be greater than or equal to 0");
        if ((values.LongOrNull("log.retention.ms")
            ?? values.LongOrNull("log.retention.minutes")
            ?? values.Long("log.retention.hours")) == 0)
            errors.Add("log.retention.ms must be unlimited (-1) or, greater than or equal to 1");
        var cleaners = Math.Max(1, values.Int("log.cleaner.threads"));
        if (values.Long("log.cleaner.dedupe.buffer.size") / cleaners < 1024 * 1024)
            errors.Add("log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.");
        var lagMin = values.Long("log.cleaner.min.compaction.lag.ms");
        var lagMax = values.Long("log.cleaner.max.compaction.lag.ms");
        if (lagMin > lagMax)
        {
            errors.Add($"log.cleaner.min.compaction.lag.ms ({lagMin}) must not be greater than " +
                $"log.cleaner.max.compaction.lag.ms ({lagMax})");
        }

        var dirs = values["log.dirs"].IsNull ? values.List("log.dir") : values.List("log.dirs");
        var missing = values.List("cordoned.log.dirs").Where(dir => dir != "*" && !dirs.Contains(dir)).ToArray();
        if (missing.Length > 0)
        {
            errors.Add("All entries in cordoned.log.dirs must be present in log.dirs or log.dir. Missing entries : " +
                string.Join(", ", missing));
        }
    }

    private static void CheckNumbers(ConfigValues values, List<string> errors)
    {
        if (values.Int("replica.fetch.wait.max.ms") > values.Int("replica.socket.timeout.ms"))
        {
            errors.Add("replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent " +
                "unnecessary socket timeouts");
        }

        if (values.Int("replica.fetch.wait.max.ms") > values.Long("replica.lag.time.max.ms"))
        {
            errors.Add("replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to " +
                "prevent frequent changes in ISR");
        }

        // 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd
        if (values.Int("offsets.topic.compression.codec") is < 0 or > 4)
        {
            errors.Add("offsets.topic.compression.codec: Unknown compression type id: " +
                values["offsets.topic.compression.codec"].Render());
        }

        var queued = values.Long("queued.max.request.bytes");
        if (queued > 0 && queued < values.Int("socket.request.max.bytes"))
            errors.Add("queued.max.request.bytes must be larger or equal to socket.request.max.bytes");
        if (values.Int("max.connections.per.ip") == 0
            && string.IsNullOrEmpty(values.Text("max.connections.per.ip.overrides")))
        {
            errors.Add("max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property " +
                "is " +
                "set.");
        }
    }

    private static void CheckGroups(ConfigValues values, List<string> errors)
    {
        if (Array.IndexOf(values.List("group.coordinator.rebalance.protocols"), "classic") < 0)
            errors.Add("group.coordinator.rebalance.protocols: Disabling the 'classic' protocol is not supported.");
        foreach (var (name, lowest, highest) in Bounded)
        {
            if (values.Int(highest) < values.Int(lowest))
                errors.Add($"{highest} must be greater than or equal to {lowest}");
            else if (values.Int(name) < values.Int(lowest))
                errors.Add($"{name} must be greater than or equal to {lowest}");
            else if (values.Int(name) > values.Int(highest))
                errors.Add($"{name} must be less than or equal to {highest}");
        }

        foreach (var prefix in (string[])["group.consumer.", "group.share.", "group.streams."])
        {
            if (values.Int(prefix + "heartbeat.interval.ms") >= values.Int(prefix + "session.timeout.ms"))
                errors.Add($"{prefix}heartbeat.interval.ms must be less than {prefix}session.timeout.ms");
        }

        foreach (var name in (string[])["num.standby.replicas", "num.warmup.replicas"])
        {
            var highest = "group.streams.max." + name["num.".Length..];
            if (values.Int("group.streams." + name) > values.Int(highest))
                errors.Add($"group.streams.{name} must be less than or equal to {highest}");
        }
    }
}
