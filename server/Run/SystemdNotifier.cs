using System.Net.Sockets;
using System.Text;

namespace Millrace.Server;

/// <summary>
/// Tells systemd how far the broker is, where the unit is of <c>Type=notify</c>: one datagram for each state, to the
/// socket named by NOTIFY_SOCKET (sd_notify(3)).
/// </summary>
internal static class SystemdNotifier
{
    public const string Ready = "READY=1";
    public const string Stopping = "STOPPING=1";

    /// <returns>Null, or why it could not be told.</returns>
    public static string? Tell(string state, string? socketName)
    {
        if (string.IsNullOrEmpty(socketName))
        {
            return null;
        }

        // A name that begins with @ is one of the kernel's own name space, which begins with a zero byte.
        string path = socketName[0] == '@' ? $"\0{socketName[1..]}" : socketName;
        try
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path));
            return null;
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            return $"NOTIFY_SOCKET={socketName}: {failure.Message}";
        }
    }
}
