using Millrace.Network;

namespace Millrace.Broker;

/// <summary>Who asks, how, and by which way: what the answer to a request may depend on besides the request.</summary>
/// <param name="Version">Version of the request.</param>
/// <param name="Session">What the connection is known as, for the authorizer.</param>
/// <param name="ListenerName">The listener that the client came by.</param>
/// <param name="LocalAddress">The address that the client connected to.</param>
public readonly record struct Caller(short Version, object? Session, string ListenerName, NetworkAddress LocalAddress)
{
    internal static Caller Of(ControlCall call) =>
        new(call.Version, call.Session, call.ListenerName, call.LocalAddress);
}
