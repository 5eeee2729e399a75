using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Millrace.Network;

namespace Millrace.Loadgen;

/// <summary>
/// From host names to addresses, asked once a run: a name that is new makes its thread wait for the resolver. Any
/// thread.
/// </summary>
internal static class BrokerAddresses
{
    private const int PortDefault = 9092;

    private static readonly ConcurrentDictionary<string, IPAddress> Known = new();

    /// <summary>The address of a name, an IPv4 one where there are both.</summary>
    /// <exception cref="SocketException">The name has none.</exception>
    public static NetworkAddress Resolve(string host, int port)
    {
        if (!Known.TryGetValue(host, out IPAddress? address))
        {
            if (!IPAddress.TryParse(host, out address))
            {
                IPAddress[] all = Dns.GetHostAddresses(host);
                address = all.FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork) ?? all[0];
            }

            Known[host] = address;
        }

        return NetworkAddress.From(address, port);
    }

    /// <summary>Reads <c>host:port,host:port</c>; without a port 9092.</summary>
    /// <exception cref="FormatException">An entry is no host with a port.</exception>
    public static IReadOnlyList<(string Host, int Port)> ParseList(string list)
    {
        List<(string, int)> brokers = [];
        foreach (string entry in list.Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = entry.LastIndexOf(':');
            bool hasPort = colon > 0 && !entry.EndsWith(']');
            int port = PortDefault;
            if (hasPort && (!int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture,
                out port) || port is 0 or > 65535))
            {
                throw new FormatException($"{entry}: a broker is host:port");
            }

            brokers.Add(((hasPort ? entry[..colon] : entry).Trim('[', ']'), port));
        }

        return brokers.Count > 0 ? brokers : throw new FormatException("no broker is named");
    }
}
