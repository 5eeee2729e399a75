using System.Net;
using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>How this broker introduces itself to the controller at each start.</summary>
public static class NodeRegistration
{
    /// <param name="config">The node's configs.</param>
    /// <param name="clusterId">The cluster.</param>
    /// <param name="incarnationId">Of this start.</param>
    /// <param name="directories">The ids of its log directories that are online.</param>
    /// <param name="previousEpoch">The broker epoch of the last start, if that ended cleanly; -1 otherwise.</param>
    public static BrokerRegistrationRequest Of(
        ServerConfig config, string clusterId, Uuid incarnationId, IEnumerable<Uuid> directories, long previousEpoch) =>
        new()
        {
            BrokerId = config.NodeId,
            ClusterId = clusterId,
            IncarnationId = incarnationId,
            Rack = config.Rack,
            LogDirs = [.. directories],
            PreviousBrokerEpoch = previousEpoch,
            Listeners = [.. config.BrokerListeners.Select(listener => ListenerOf(config, listener))],
            Features =
            [
                FeatureOf(MetadataVersion.FeatureName, MetadataVersion.Oldest.Level, MetadataVersion.Newest.Level),
                .. ClusterFeature.All.Select(static feature => FeatureOf(feature.Name, 0, feature.MaxLevel)),
            ],
        };

    /// <summary>
    /// Other nodes need an address that does not depend on who asks: where none is advertised, the one listened on, or
    /// else the machine's name.
    /// </summary>
    private static BrokerRegistrationRequest.Listener ListenerOf(ServerConfig config, in ListenerEndpoint listener)
    {
        ListenerEndpoint told = config.AdvertisedFor(listener.Name) ?? listener;
        return new BrokerRegistrationRequest.Listener
        {
            Name = listener.Name,
            Host = told.Host ?? Dns.GetHostName(),
            Port = (ushort)told.Port,
            SecurityProtocol = (short)listener.Protocol,
        };
    }

    private static BrokerRegistrationRequest.Feature FeatureOf(string name, short min, short max) =>
        new() { Name = name, MinSupportedVersion = min, MaxSupportedVersion = max };
}
