using System.Net;
using Millrace.Broker;
using Millrace.Cluster;
using Millrace.Network;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>From a node's configs to what each room is set to.</summary>
internal static class NodeSettings
{

    public static NetworkOptions Network(ServerConfig config)
    {
        NetworkOptions defaults = new();
        int reactors = config.NetworkThreads ?? defaults.ReactorCount;
        long queuedBytes = config.Values.Long("queued.max.request.bytes");
        return new NetworkOptions
        {
            ReactorCount = reactors,
            FrameBytesMax = config.SocketRequestMaxBytes,
            IdleMsMax = config.ConnectionsMaxIdleMs,
            Connections = Connections(config),
            FrameMemoryBytesMax = queuedBytes > 0 ? Math.Max(1, queuedBytes / reactors) : defaults.FrameMemoryBytesMax,
        };
    }

    public static ConnectionLimitSettings Connections(ServerConfig config)
    {
        Dictionary<IPAddress, int> byAddress = [];
        foreach ((string host, int count) in config.MaxConnectionsPerIpOverrides)
        {
            if (ListenerAddress.TryResolve(host, out IPAddress? address) && address is not null)
            {
                byAddress[address] = count;
            }
        }

        return new ConnectionLimitSettings
        {
            ConnectionsPerListenerMax = config.MaxConnectionsPerListener,
            CreationsPerSecondMax = config.MaxConnectionCreationRate,
            ConnectionsMax = config.MaxConnections,
            ConnectionsPerAddressMax = config.MaxConnectionsPerIp,
            ConnectionsPerAddressOverrides = byAddress,
        };
    }

    /// <summary>The listeners for clients.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Listeners(NodeConfig node, List<ListenerOptions> listeners)
    {
        ServerConfig config = node.Config;
        foreach (ListenerEndpoint listener in config.BrokerListeners)
        {
            if (!ListenerAddress.TryResolve(listener.Host, out IPAddress? address))
            {
                return $"listeners={listener}: the name {listener.Host} has no address here; use an address of this "
                    + "machine, or leave the host out for all of them";
            }

            bool isPlain = listener.Protocol is ListenerProtocol.Plaintext or ListenerProtocol.SaslPlaintext;
            listeners.Add(new ListenerOptions
            {
                Name = listener.Name,
                Address = address,
                Port = listener.Port,
                Transport = isPlain ? TransportKind.Plaintext : TransportKind.Tls,
                Backlog = config.SocketListenBacklogSize,
                SendBufferBytes = config.SocketSendBufferBytes,
                ReceiveBufferBytes = config.SocketReceiveBufferBytes,
            });
        }

        return null;
    }

    public static MetadataLogConfig MetadataLog(ServerConfig config) => new()
    {
        SegmentBytes = config.Values.Int("metadata.log.segment.bytes"),
        SegmentMs = config.Values.Long("metadata.log.segment.ms"),
        RetentionBytes = config.Values.Long("metadata.max.retention.bytes"),
        RetentionMs = config.Values.Long("metadata.max.retention.ms"),
    };

    /// <param name="config">The node's configs.</param>
    /// <param name="directoryId">Of the metadata directory; zero where it has none.</param>
    public static QuorumConfig Quorum(ServerConfig config, Base.Uuid directoryId) => new()
    {
        NodeId = config.NodeId,
        DirectoryId = directoryId,

        // Nobody was named, and nobody else is there: a directory that Kafka's fixed quorum of one wrote is taken over.
        StaticVoters = config.QuorumVoters.Count == 0 && config.IsSelfContained
            ? [config.NodeId]
            : [.. config.QuorumVoters.Select(voter => voter.Id)],
        Rules = new ElectionRules(
            config.Values.Boolean("unclean.leader.election.enable"), config.Values.Int("min.insync.replicas")),
        SnapshotBytes = config.Values.Long("metadata.log.max.record.bytes.between.snapshots"),
        SnapshotIntervalMs = config.Values.Long("metadata.log.max.snapshot.interval.ms"),
    };

    /// <param name="node">The node's configs.</param>
    /// <param name="configOf">The configs of a topic's logs.</param>
    public static LogDirectoriesOptions Directories(NodeConfig node, Func<string, LogConfig> configOf)
    {
        ServerConfig config = node.Config;
        return new LogDirectoriesOptions
        {
            Paths = node.LogDirectories,
            NodeId = config.NodeId,
            RecoveryThreadsPerDirectory = config.RecoveryThreadsPerDataDir,
            ProducerExpirationMs = config.ProducerIdExpirationMs,
            RetentionCheckIntervalMs = config.LogRetentionCheckIntervalMs,
            RecoveryPointIntervalMs = config.RecoveryPointCheckpointIntervalMs,
            LogStartIntervalMs = config.LogStartOffsetCheckpointIntervalMs,
            HighWatermarkIntervalMs = config.HighWatermarkCheckpointIntervalMs,
            FlushCheckIntervalMs = config.LogFlushSchedulerIntervalMs,
            FileDeleteDelayMs = config.TopicDefaults.FileDeleteDelayMs,
            ConfigOf = configOf,
        };
    }
}
