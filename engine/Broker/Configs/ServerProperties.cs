namespace Millrace.Broker;

/// <summary>
/// The static configs of this node as texts: the properties file, then what the environment and the command line put
/// above it, then what Millrace fills in where nothing is said. Immutable; any thread.
/// </summary>
public sealed class ServerProperties
{
    /// <summary>Names without a definition that Kafka's pluggable parts read; they are no typing errors.</summary>
    private static readonly HashSet<string> Extensions = new(StringComparer.Ordinal)
    {
        "allow.everyone.if.no.acl.found",
        "super.users",
    };

    /// <summary>Kafka demands three brokers for these topics, and here is one.</summary>
    private static readonly string[] ReplicasOfInternalTopics =
    [
        "offsets.topic.replication.factor",
        "share.coordinator.state.topic.min.isr",
        "share.coordinator.state.topic.replication.factor",
        "transaction.state.log.min.isr",
        "transaction.state.log.replication.factor",
    ];

    private static readonly string[] ExtensionPrefixes =
        ["config.providers.", "metrics.context.", "rlmm.config.", "rsm.config.", "telemetry."];

    private readonly SortedDictionary<string, string> values;

    private ServerProperties(SortedDictionary<string, string> values, List<string> warnings, bool isSelfContained)
    {
        this.values = values;
        Warnings = warnings;
        IsSelfContained = isSelfContained;
    }

    /// <summary>Every static config by name, unknown ones too.</summary>
    public IReadOnlyDictionary<string, string> Values => values;

    /// <summary>One line each for what is unknown, obsolete or said twice.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// True where <c>process.roles</c> was not given (no file at all, or one from ZooKeeper's times): this node is
    /// broker
    /// and a quorum of one that talks to itself, and needs no controller listener.
    /// </summary>
    public bool IsSelfContained { get; }

    /// <summary>Puts a node's static configs together.</summary>
    /// <param name="file">Bytes of the properties file; null where there is none.</param>
    /// <param name="fileName">For messages.</param>
    /// <param name="environment">What <see cref="EnvironmentConfigs"/> found; null where not asked for.</param>
    /// <param name="assignments"><c>name=value</c> texts of the command line; they win over everything.</param>
    /// <param name="properties">The result; null on failure.</param>
    /// <returns>Null, or what is wrong and where.</returns>
    public static string? Read(
        byte[]? file,
        string fileName,
        IEnumerable<KeyValuePair<string, string>>? environment,
        IEnumerable<string> assignments,
        out ServerProperties? properties)
    {
        properties = null;
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var warnings = new List<string>();
        if (file != null)
        {
            var error = PropertiesFile.Read(file, out var entries);
            if (error != null)
                return $"{fileName}: {error}";
            foreach (var (key, value, line) in entries)
            {
                if (values.ContainsKey(key))
                    warnings.Add($"{fileName}, line {line}: {key} is set more than once, the last one counts");
                values[key] = value;
            }
        }

        foreach (var (name, value) in environment ?? [])
            values[name] = value;
        foreach (var assignment in assignments)
        {
            var sign = assignment.IndexOf('=');
            if (sign <= 0)
                return $"--set {assignment}: takes name=value, as in --set log.dirs=/data";
            values[assignment[..sign].Trim()] = assignment[(sign + 1)..];
        }

        WarnOfNames(values.Keys, warnings);
        var isSelfContained = FillIn(values);
        properties = new ServerProperties(values, warnings, isSelfContained);
        return null;
    }

    private static void WarnOfNames(IEnumerable<string> names, List<string> warnings)
    {
        foreach (var name in names)
        {
            if (FormerConfigs.TryExplain(name, out var reason))
                warnings.Add($"{name} is no longer used: {reason}");
            else if (!IsKnown(name))
            {
                var known = BrokerConfigs.Table.All.Select(one => one.Name).Concat(Extensions);
                var nearest = NearestName.Find(name, known);
                warnings.Add(nearest == null
                    ? $"{name} is not a config that Millrace knows, it is ignored"
                    : $"{name} is not a config that Millrace knows, it is ignored; did you mean {nearest}?");
            }
        }
    }

    private static bool IsKnown(string name)
    {
        var isOfFiles = BrokerConfigs.TryFind(name, out _) && !BrokerConfigs.DynamicOnly.TryFind(name, out _);
        if (isOfFiles || Extensions.Contains(name))
            return true;
        foreach (var prefix in ExtensionPrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>What Kafka demands and a first start should not: a role, a number, and a place for the data.</summary>
    private static bool FillIn(SortedDictionary<string, string> values)
    {
        // node.id and broker.id are one setting; Kafka describes both with the value of whichever was given.
        if (!values.ContainsKey("node.id") && values.TryGetValue("broker.id", out var id) && id.Trim() != "-1")
            values["node.id"] = id;
        var isSelfContained = !values.ContainsKey("process.roles");
        if (isSelfContained)
        {
            values["process.roles"] = "broker,controller";
            values.TryAdd("node.id", "1");
            values.TryAdd("controller.listener.names", "CONTROLLER");
            foreach (string name in ReplicasOfInternalTopics)
                values.TryAdd(name, "1");
        }

        if (values.TryGetValue("node.id", out id) && (!values.TryGetValue("broker.id", out var older) || older == "-1"))
            values["broker.id"] = id;
        if (!values.ContainsKey("log.dirs") && !values.ContainsKey("log.dir"))
            values["log.dirs"] = "./millrace-data";
        return isSelfContained;
    }
}
