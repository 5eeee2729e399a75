using System.Net;
using System.Net.Sockets;

namespace Millrace.Testing;

/// <summary>
/// Ports that were free a moment ago, for programs that have to be told theirs before they start. Stateless.
/// </summary>
public static class FreePorts
{
    /// <summary>So many ports of the loopback, all different.</summary>
    public static int[] Take(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = Array.ConvertAll(listeners, listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }
}
