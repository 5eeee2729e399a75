namespace Millrace.Network;

/// <summary>
/// A listening socket. Opened by whoever builds the server, then owned by the first reactor, whose
/// <see cref="Acceptor"/> takes its connections. SO_REUSEADDR, so that a restart need not wait for old connections to
/// time out; never SO_REUSEPORT, which would let a second server share the port in silence.
/// </summary>
public sealed class Listener : Pollable
{
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private const int SendBuffer = 7;
    private const int ReceiveBuffer = 8;
    private const int KeepAlive = 9;
    private const int TcpLevel = 6;
    private const int NoDelay = 1;
    private const int IPv6Level = 41;
    private const int IPv6Only = 26;

    private readonly ListenerOptions options;
    private Acceptor? acceptor;

    private Listener(ListenerOptions options, int descriptor)
    {
        this.options = options;
        Descriptor = descriptor;
        Address = Syscalls.LocalAddress(descriptor);
    }

    public string Name => options.Name;

    public TransportKind Transport => options.Transport;

    /// <summary>The address bound, with the port that the system chose where none was given.</summary>
    public NetworkAddress Address { get; }

    /// <summary>Binds and listens. Clients can connect from now on; they are taken once the server starts.</summary>
    /// <exception cref="ListenerException">The address cannot be bound, or the transport is not served.</exception>
    internal static Listener Open(ListenerOptions options)
    {
        if (options.Transport != TransportKind.Plaintext)
        {
            throw new ListenerException(options, $"the transport {options.Transport} is not served yet");
        }

        int family = options.Address is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork }
            ? NetworkAddress.FamilyIPv4
            : NetworkAddress.FamilyIPv6;
        int socket = Syscalls.CreateStreamSocket(family);
        if (options.Address is null && socket == -Errno.FamilyNotSupported)
        {
            // A host without IPv6: every address means every IPv4 address.
            family = NetworkAddress.FamilyIPv4;
            socket = Syscalls.CreateStreamSocket(family);
        }

        Check(options, socket);
        int failure = Prepare(options, socket, family);
        if (failure < 0)
        {
            Syscalls.Close(socket);
            Check(options, failure);
        }

        return new Listener(options, socket);
    }

    internal void ServeBy(Acceptor served) => acceptor = served;

    internal override void OnReady(uint events) => acceptor!.Accept(this);

    internal void Close()
    {
        if (Descriptor >= 0)
        {
            Syscalls.Close(Descriptor);
            Descriptor = -1;
        }
    }

    /// <summary>Sets the options, which accepted sockets inherit, binds and listens.</summary>
    /// <returns>0, or the negated errno.</returns>
    private static int Prepare(ListenerOptions options, int socket, int family)
    {
        Syscalls.SetOption(socket, SocketLevel, ReuseAddress, 1);
        Syscalls.SetOption(socket, SocketLevel, KeepAlive, 1);
        Syscalls.SetOption(socket, TcpLevel, NoDelay, 1);
        if (options.SendBufferBytes > 0)
        {
            Syscalls.SetOption(socket, SocketLevel, SendBuffer, options.SendBufferBytes);
        }

        if (options.ReceiveBufferBytes > 0)
        {
            Syscalls.SetOption(socket, SocketLevel, ReceiveBuffer, options.ReceiveBufferBytes);
        }

        NetworkAddress address = options.Address is null
            ? new NetworkAddress(0, 0, (ushort)options.Port)
            : NetworkAddress.From(options.Address, options.Port);
        if (family == NetworkAddress.FamilyIPv6)
        {
            // Every address of both families through one socket; an explicit IPv6 address stands for itself.
            Syscalls.SetOption(socket, IPv6Level, IPv6Only, options.Address is null ? 0 : 1);
        }

        Span<byte> raw = stackalloc byte[NetworkAddress.RawSizeMax];
        int size = address.WriteRaw(raw, family);
        int bound = Syscalls.Bind(socket, raw[..size]);
        return bound < 0 ? bound : Syscalls.Listen(socket, options.Backlog);
    }

    private static void Check(ListenerOptions options, int result)
    {
        if (result < 0)
        {
            throw new ListenerException(options, Syscalls.Failure(-result, "the system says").Message);
        }
    }
}

/// <summary>A listener could not be opened: the address is taken, forbidden or not this host's.</summary>
public sealed class ListenerException : Exception
{
    internal ListenerException(ListenerOptions options, string why)
        : base($"Cannot listen as {options.Name} on {options.Address?.ToString() ?? "*"}:{options.Port}: {why}")
    {
    }
}
