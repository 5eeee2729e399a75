using System.Diagnostics.CodeAnalysis;

namespace Millrace.Broker;

/// <summary>The configs of a broker: Kafka 4.4's and our own, one table per area. Immutable; any thread.</summary>
public static partial class BrokerConfigs
{
    private const string ListenerPrefix = "listener.name.";

    /// <summary>Settings with more than one name, in order of precedence (Kafka's DynamicBrokerConfig).</summary>
    private static readonly string[][] SynonymGroups =
    [
        ["log.roll.ms", "log.roll.hours"],
        ["log.roll.jitter.ms", "log.roll.jitter.hours"],
        ["log.retention.ms", "log.retention.minutes", "log.retention.hours"],
    ];

    /// <summary>Security configs that change at run time only with a listener's prefix.</summary>
    private static readonly HashSet<string> PerListenerOnly = new(StringComparer.Ordinal)
    {
        "ssl.key.password",
        "ssl.keystore.certificate.chain",
        "ssl.keystore.key",
        "ssl.keystore.location",
        "ssl.keystore.password",
        "ssl.keystore.type",
        "ssl.truststore.certificates",
        "ssl.truststore.location",
        "ssl.truststore.password",
        "ssl.truststore.type",
    };

    /// <summary>Configs that with a listener's prefix still may be set as the default of all brokers.</summary>
    private static readonly HashSet<string> PerListenerClusterWide = new(StringComparer.Ordinal)
    {
        "max.connection.creation.rate",
        "max.connections",
        "num.network.threads",
    };

    /// <summary>Configs whose prefix names a listener and a SASL mechanism.</summary>
    private static readonly string[] PerListenerAndMechanism =
    [
        "connections.max.reauth.ms",
        "sasl.jaas.config",
        "sasl.login.callback.handler.class",
        "sasl.login.class",
        "sasl.server.callback.handler.class",
    ];

    /// <summary>What a properties file may hold.</summary>
    public static ConfigTable Table => Tables.Static;

    /// <summary>What exists as a dynamic config only.</summary>
    public static ConfigTable DynamicOnly => Tables.Dynamic;

    /// <summary>Names in <c>listener.name.{listener}.{config}</c>; the listener's part has no dot.</summary>
    public static bool TryListenerPrefixed(string name, out string listener, out string config)
    {
        listener = config = "";
        if (!name.StartsWith(ListenerPrefix, StringComparison.Ordinal))
            return false;
        var dot = name.IndexOf('.', ListenerPrefix.Length);
        if (dot < 0)
            return false;
        listener = name[ListenerPrefix.Length..dot];
        config = name[(dot + 1)..];
        return true;
    }

    /// <summary>
    /// The definition that a name takes its type and rule from: its own, or that of the config behind a listener's
    /// prefix.
    /// </summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out ConfigDefinition? definition)
    {
        if (Table.TryFind(name, out definition) || DynamicOnly.TryFind(name, out definition))
            return true;
        return TryListenerPrefixed(name, out _, out _) && Table.TryFind(SynonymsOf(name)[^1], out definition);
    }

    /// <summary>
    /// All names of one setting, itself among them, in order of precedence. For a name with a listener's prefix that is
    /// itself and the config without prefix.
    /// </summary>
    public static string[] SynonymsOf(string name)
    {
        foreach (var group in SynonymGroups)
        {
            if (Array.IndexOf(group, name) >= 0)
                return group;
        }

        // The scheduler's interval is a fallback, but has no fallback itself.
        if (name == "log.flush.interval.ms")
            return ["log.flush.interval.ms", "log.flush.scheduler.interval.ms"];
        if (!TryListenerPrefixed(name, out _, out var config))
            return [name];
        foreach (var suffix in PerListenerAndMechanism)
        {
            if (config.EndsWith(suffix, StringComparison.Ordinal))
                return [name, suffix];
        }

        return [name, config];
    }

    /// <summary>True where the name, exactly as it stands, can be changed at run time.</summary>
    public static bool IsDynamic(string name) =>
        DynamicOnly.TryFind(name, out _)
        || (Table.TryFind(name, out var definition) && definition.Update != ConfigUpdate.ReadOnly);

    /// <summary>True for a static config that exists and cannot be changed at run time.</summary>
    internal static bool IsReadOnly(string name) =>
        Table.TryFind(name, out var definition) && definition.Update == ConfigUpdate.ReadOnly;

    /// <summary>True for a security config that changes at run time only with a listener's prefix.</summary>
    public static bool NeedsListenerPrefix(string name) => PerListenerOnly.Contains(name);

    /// <summary>True where a value makes sense for a single broker only.</summary>
    public static bool IsPerBroker(string name)
    {
        if (Table.TryFind(name, out var definition))
            return definition.Update == ConfigUpdate.PerBroker;
        return TryListenerPrefixed(name, out _, out var config) && !PerListenerClusterWide.Contains(config);
    }

    /// <summary>Apart, because fields of a class in several files have no order of initialisation.</summary>
    private static class Tables
    {
        internal static readonly ConfigTable Static = new(
            Network, Quorum, Logs, Groups, ShareGroups, StreamsGroups, Transactions, Replication, Cluster, Security,
            Sasl, OauthBearer, Ssl, RemoteTier, Millrace);

        internal static readonly ConfigTable Dynamic = new(Throttles);
    }
}
