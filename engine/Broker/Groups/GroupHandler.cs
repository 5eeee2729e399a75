using System.Buffers.Binary;
using System.Text;
using Millrace.Coordination.Groups;
using Millrace.Network;
using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>
/// Serves an API of the group coordinator: decoded and authorised on the reactor, decided on the loop of the group's
/// partition, encoded there, and sent by the reactor.
/// </summary>
/// <param name="apiKey">The API.</param>
/// <param name="groups">The coordinator.</param>
/// <param name="authorizer">Who may.</param>
public abstract class GroupHandler(ApiKey apiKey, GroupCoordinator groups, IAuthorizer authorizer)
    : ControlHandler(apiKey, loop: null)
{
    protected GroupCoordinator Groups { get; } = groups;

    protected IAuthorizer Authorizer { get; } = authorizer;

    protected bool AllowsGroup(ControlCall call, AclOperation operation, string groupId) =>
        Authorizer.Allows(call.Session, operation, AclResourceType.Group, Encoding.UTF8.GetBytes(groupId));

    /// <summary>Who asks, as the coordinator remembers its members.</summary>
    protected static GroupClient ClientOf(ControlCall call) =>
        new(call.Version, call.ClientId ?? "", HostOf(call.PeerAddress));

    /// <summary>As Java writes an address that has no name: IPv6 in eight groups, none left out.</summary>
    private static string HostOf(NetworkAddress peer)
    {
        if (peer.IsIPv4)
        {
            return $"/{peer.WithoutPort}";
        }

        Span<byte> bytes = stackalloc byte[16];
        peer.ToIPAddress().TryWriteBytes(bytes, out _);
        StringBuilder text = new("/", 41);
        for (int at = 0; at < bytes.Length; at += 2)
        {
            text.Append(at == 0 ? "" : ":").Append($"{BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]):x}");
        }

        return text.ToString();
    }
}
