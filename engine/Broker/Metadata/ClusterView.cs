using System.Collections.Concurrent;
using Millrace.Base;
using Millrace.Cluster;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// The cluster as a client is to see it, which depends on the listener that it came by: a broker is there where it can
/// be reached by a listener of that name. Any thread.
/// </summary>
/// <param name="nodeId">This broker.</param>
/// <param name="configs">Its configs.</param>
public sealed class ClusterView(int nodeId, NodeConfigs configs)
{
    /// <summary>One for each address of this machine that clients use; a machine has few.</summary>
    private readonly ConcurrentDictionary<NetworkAddress, string> hosts = new();

    /// <summary>
    /// Where a client finds a broker. What this broker advertises comes from its config; without any, it is the address
    /// that the client connected to, as that is one that works for it.
    /// </summary>
    public bool TryLocate(BrokerImage broker, string listener, NetworkAddress local, out string host, out int port)
    {
        if (broker.Id != nodeId)
        {
            RegisterBrokerRecord.BrokerEndpoint? endpoint = broker.EndpointOf(listener);
            (host, port) = (endpoint?.Host ?? "", endpoint?.Port ?? 0);
            return endpoint is not null;
        }

        if (configs.Current.AdvertisedFor(listener) is { } advertised)
        {
            (host, port) = (advertised.Host!, advertised.Port);
            return true;
        }

        host = hosts.GetOrAdd(local.WithoutPort, static address => address.ToString());
        port = local.Port;
        return true;
    }

    /// <summary>Whether a broker can be asked: it is not fenced, and has the listener.</summary>
    public bool IsReachable(MetadataImage image, int brokerId, string listener) =>
        image.Brokers.TryGetValue(brokerId, out BrokerImage? broker)
        && !broker.Fenced
        && (brokerId == nodeId || broker.EndpointOf(listener) is not null);

    /// <summary>The leader as the client can use it, or -1, with what is wrong then.</summary>
    /// <param name="tellsListener">Whether the client knows LISTENER_NOT_FOUND: Metadata from version 6 on.</param>
    public ErrorCode LeaderOf(
        MetadataImage image, PartitionImage partition, string listener, bool tellsListener, out int leader)
    {
        leader = partition.Leader;
        if (IsReachable(image, leader, listener))
        {
            return ErrorCode.None;
        }

        bool isKnown = image.Brokers.ContainsKey(leader);
        leader = PartitionImage.NoLeader;
        return isKnown && tellsListener ? ErrorCode.ListenerNotFound : ErrorCode.LeaderNotAvailable;
    }

    /// <summary>
    /// Puts the replicas that cannot be asked into the list: their broker is away, or their directory is.
    /// </summary>
    public void AddOffline(MetadataImage image, PartitionImage partition, string listener, List<int> offline)
    {
        foreach (int replica in partition.Replicas)
        {
            if (!IsReachable(image, replica, listener)
                || !image.Brokers[replica].HasOnline(partition.DirectoryOf(replica)))
            {
                offline.Add(replica);
            }
        }
    }

    /// <summary>
    /// A broker that clients send admin requests to; every one takes them, so this one does where it can.
    /// </summary>
    public int ControllerOf(MetadataImage image, string listener)
    {
        if (IsReachable(image, nodeId, listener))
        {
            return nodeId;
        }

        foreach (int broker in image.Brokers.Keys)
        {
            if (IsReachable(image, broker, listener))
            {
                return broker;
            }
        }

        return PartitionImage.NoLeader;
    }
}
