using System.Net;
using System.Net.Sockets;

namespace Millrace.Server;

/// <summary>Turns the host of a listener into the address to bind.</summary>
internal static class ListenerAddress
{
    /// <param name="host">A name or an address; null for all addresses.</param>
    /// <param name="address">Null for every address of both families.</param>
    /// <returns>False where the name has no address on this machine.</returns>
    public static bool TryResolve(string? host, out IPAddress? address)
    {
        address = null;
        if (host is null || IPAddress.TryParse(host, out address))
        {
            return true;
        }

        try
        {
            IPAddress[] found = Dns.GetHostAddresses(host);

            // As Java does: IPv4 first, where a name has both.
            address = Array.Find(found, one => one.AddressFamily == AddressFamily.InterNetwork)
                ?? found.FirstOrDefault();
            return address is not null;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
