using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>
/// Serves one API. One object for all reactors: what a request needs to keep lives with its reactor or in its call. A
/// handler authorises, validates, calls one domain method and translates errors, in this order.
/// </summary>
public interface IRequestHandler
{
    ApiKey ApiKey { get; }

    /// <summary>
    /// Takes a request on. The slot is completed before this returns, or later on the reactor's thread. Must not block.
    /// </summary>
    /// <returns>
    /// What is wrong with the body's bytes: the connection is closed then, and the slot was not touched.
    /// </returns>
    Base.DecodeError Begin(BrokerReactor reactor, in RequestView request);
}
