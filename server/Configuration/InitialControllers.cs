using System.Globalization;
using Millrace.Base;
using Millrace.Broker;
using Millrace.Cluster;
using Millrace.Protocol.Messages;

namespace Millrace.Server;

/// <summary>The voters that a cluster is formatted with.</summary>
internal static class InitialControllers
{
    /// <summary>Where a node without a controller listener says that one would be: Kafka's usual port.</summary>
    private const int ControllerPortUsual = 9093;

    /// <summary>This node as the only voter; formatting gives it the id of its metadata directory.</summary>
    public static VotersRecord.Voter ThisNode(NodeConfig node)
    {
        ServerConfig config = node.Config;
        ListenerEndpoint listener = config.ControllerListeners.Count > 0 ? config.ControllerListeners[0] : default;
        string? host = config.AdvertisedFor(listener.Name ?? "")?.Host ?? listener.Host;
        return Voter(
            config.NodeId,
            Uuid.Zero,
            listener.Name ?? config.ControllerListenerNames[0],
            host ?? "localhost",
            listener.Port > 0 ? listener.Port : ControllerPortUsual);
    }

    /// <summary>Reads <c>id@host:port:directory</c>, separated by commas.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Parse(string list, NodeConfig node, List<VotersRecord.Voter> voters)
    {
        foreach (string text in list.Split(',', StringSplitOptions.TrimEntries))
        {
            int at = text.IndexOf('@', StringComparison.Ordinal);
            int directory = text.LastIndexOf(':');
            int port = directory > 0 ? text.LastIndexOf(':', directory - 1) : -1;
            if (at <= 0
                || port <= at + 1
                || !int.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                || !ushort.TryParse(
                    text.AsSpan(port + 1, directory - port - 1), CultureInfo.InvariantCulture, out ushort portNumber)
                || !Uuid.TryParse(text[(directory + 1)..], out Uuid directoryId))
            {
                return $"--initial-controllers {text}: takes id@host:port:directory, such as "
                    + "1@localhost:9093:JEXY6aqzQY-32P5TStzaFg";
            }

            if (voters.Exists(voter => voter.VoterId == id))
            {
                return $"--initial-controllers {list}: node {id} is there twice";
            }

            string host = text[(at + 1)..port].TrimStart('[').TrimEnd(']');
            voters.Add(Voter(id, directoryId, node.Config.ControllerListenerNames[0], host, portNumber));
        }

        return null;
    }

    private static VotersRecord.Voter Voter(int id, Uuid directoryId, string listener, string host, int port) => new()
    {
        VoterId = id,
        VoterDirectoryId = directoryId,
        Endpoints = [new VotersRecord.Endpoint { Name = listener, Host = host, Port = (ushort)port }],
        KRaftVersionFeature = new() { MinSupportedVersion = 0, MaxSupportedVersion = QuorumVoters.NewestVersion },
    };
}
