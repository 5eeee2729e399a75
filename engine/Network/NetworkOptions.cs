using System.Net;

namespace Millrace.Network;

/// <summary>
/// What a <see cref="NetworkServer"/> is set to; fixed for its lifetime, but for the connection limits, which
/// <see cref="ConnectionLimits.Update"/> changes while it runs. Names of Kafka's configs stand beside the values.
/// </summary>
public sealed class NetworkOptions
{
    /// <summary>
    /// Reactor threads. One per two cores: on two cores a second one cost a produce load 22 % of its throughput.
    /// </summary>
    public int ReactorCount { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Largest frame in bytes without its length: <c>socket.request.max.bytes</c>.</summary>
    public int FrameBytesMax { get; init; } = 100 * 1024 * 1024;

    /// <summary>
    /// Idle time in milliseconds that closes a connection, below 0 for never: <c>connections.max.idle.ms</c>.
    /// </summary>
    public long IdleMsMax { get; init; } = 600_000;

    /// <summary>The limits on connections that hold from the start.</summary>
    public ConnectionLimitSettings Connections { get; init; } = new();

    /// <summary>
    /// Requests of one connection that wait for their response or for its sending. Kafka takes one at a time; clients
    /// keep five in flight by default.
    /// </summary>
    public int InFlightMax { get; init; } = 128;

    /// <summary>
    /// Response bytes in memory per connection from which on it is read no further; file ranges cost none.
    /// </summary>
    public int QueuedBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Memory that incomplete frames of all connections of one reactor may hold, in bytes, before they wait for each
    /// other:
    /// <c>queued.max.request.bytes</c> where it is set, divided by the reactors.
    /// </summary>
    public long FrameMemoryBytesMax { get; init; } = 256 * 1024 * 1024;

    /// <summary>Native memory into which a reactor receives, in bytes; measured with 256 KiB.</summary>
    public int ReceiveBufferBytes { get; init; } = 256 * 1024;

    /// <summary>Bytes taken from one connection per turn, so that one fat producer cannot starve the others.</summary>
    public int TurnBytesMax { get; init; } = 256 * 1024;

    /// <summary>Frames taken from one connection per turn.</summary>
    public int TurnFramesMax { get; init; } = 128;

    /// <summary>
    /// Bytes sent to one connection per turn: everybody else waits meanwhile, up to 0.1 ms for so many.
    /// </summary>
    public int TurnSendBytesMax { get; init; } = 256 * 1024;

    /// <summary>Buffers that a reactor keeps for reuse, in bytes.</summary>
    public long RetainedBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// A client that takes less than <see cref="ProgressBytesMin"/> of its responses in this time is cut off.
    /// </summary>
    public long SlowReaderMs { get; init; } = 60_000;

    /// <summary>
    /// A client that sends less than <see cref="ProgressBytesMin"/> of a frame in this time is cut off.
    /// </summary>
    public long SlowWriterMs { get; init; } = 60_000;

    /// <summary>Progress in bytes that a slow client has to make; no link that carries Kafka is slower.</summary>
    public int ProgressBytesMin { get; init; } = 4096;

    /// <summary>How long a connection that is being closed waits for its peer, in milliseconds.</summary>
    public long LingerMs { get; init; } = 5_000;

    /// <summary>
    /// Descriptors that connections never take, so that files can be opened and the runtime can start threads: with
    /// none left, a new thread fails for want of memory, as it appears, and ends the process (seen with .NET 10).
    /// </summary>
    public int DescriptorsReserved { get; init; } = 128;

    /// <summary>Threads that read cold file ranges into the page cache.</summary>
    public int ColdReaderCount { get; init; } = 2;
}

/// <summary>How many connections may exist; counted over all reactors.</summary>
public sealed class ConnectionLimitSettings
{
    /// <summary><c>max.connections</c>.</summary>
    public int ConnectionsMax { get; init; } = int.MaxValue;

    /// <summary><c>max.connections.per.ip</c>.</summary>
    public int ConnectionsPerAddressMax { get; init; } = int.MaxValue;

    /// <summary><c>max.connections.per.ip.overrides</c>, with names already resolved.</summary>
    public IReadOnlyDictionary<IPAddress, int> ConnectionsPerAddressOverrides { get; init; } =
        new Dictionary<IPAddress, int>();

    /// <summary>
    /// <c>max.connection.creation.rate</c>: connections taken in one second. Those over it wait to be accepted.
    /// </summary>
    public int CreationsPerSecondMax { get; init; } = int.MaxValue;

    /// <summary><c>listener.name.NAME.max.connections</c>.</summary>
    public IReadOnlyDictionary<string, int> ConnectionsPerListenerMax { get; init; } = new Dictionary<string, int>();
}

/// <summary>What has to happen to the bytes of a connection before they are frames.</summary>
public enum TransportKind
{
    /// <summary>Nothing: the bytes are the frames.</summary>
    Plaintext,

    /// <summary>
    /// TLS. Refused at opening until a stage for it exists: a listener never serves less than it was told to.
    /// </summary>
    Tls,
}

/// <summary>One listening address.</summary>
public sealed class ListenerOptions
{
    /// <summary>Name of the listener, as connections report it.</summary>
    public required string Name { get; init; }

    /// <summary>Address to bind, null for every address of both families.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Port, 0 for one that the system chooses.</summary>
    public required int Port { get; init; }

    public TransportKind Transport { get; init; } = TransportKind.Plaintext;

    /// <summary>
    /// Connections that may wait to be accepted: <c>socket.listen.backlog.size</c>, cut by the kernel's own bound.
    /// </summary>
    public int Backlog { get; init; } = 4096;

    /// <summary><c>socket.send.buffer.bytes</c>, -1 for the system's own sizing.</summary>
    public int SendBufferBytes { get; init; } = -1;

    /// <summary><c>socket.receive.buffer.bytes</c>, -1 for the system's own sizing.</summary>
    public int ReceiveBufferBytes { get; init; } = -1;
}
