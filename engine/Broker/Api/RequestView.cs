using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Broker;

/// <summary>
/// A request as it lies in the receive buffer, its header read. On the reactor's stack while the request begins; the
/// body's bytes stay where they are until the turn ends.
/// </summary>
public readonly ref struct RequestView
{
    public required ApiKey ApiKey { get; init; }

    public required short Version { get; init; }

    public required int CorrelationId { get; init; }

    public required NullableUtf8 ClientId { get; init; }

    /// <summary>What stands behind the header; native memory, which may be changed in place.</summary>
    public required Span<byte> Body { get; init; }

    public required Connection Connection { get; init; }

    /// <summary>Where the answer goes; whoever begins the request completes it exactly once.</summary>
    public required ResponseSlot Slot { get; init; }
}
