using System.Net;
using System.Net.Sockets;

namespace Millrace.Network.Tests;

public sealed class ListenerTests
{
    private static FrameClient ConnectTo(IPAddress address, int port)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(address, port);
        return new FrameClient(socket);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.9")]
    [InlineData("::1")]
    public void A_listener_on_every_address_says_which_one_the_client_connected_to(string address)
    {
        using TestServer server = new(
            FrameTests.Echo, listeners: [new ListenerOptions { Name = "ANY", Port = 0 }]);
        using FrameClient client = ConnectTo(IPAddress.Parse(address), server.Port);
        client.Send([1]);
        Assert.Equal([1], client.MustReceive());
        Connection connection = Assert.Single(server.Connected);
        NetworkAddress local = server.Ask(_ => connection.LocalAddress);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), server.Port).ToString(), local.ToString());
        Assert.Equal(client.Socket.LocalEndPoint!.ToString(), connection.PeerAddress.ToString());
        Assert.Equal(address.Contains('.', StringComparison.Ordinal), connection.PeerAddress.IsIPv4);
        Assert.Equal(IPAddress.Parse(address), local.ToIPAddress());
    }

    [Fact]
    public void An_ipv6_address_is_bound_alone()
    {
        using TestServer server = new(
            FrameTests.Echo,
            listeners: [new ListenerOptions { Name = "SIX", Address = IPAddress.IPv6Loopback, Port = 0 }]);
        using FrameClient client = ConnectTo(IPAddress.IPv6Loopback, server.Port);
        client.Send([1]);
        Assert.Equal([1], client.MustReceive());
        Assert.Throws<SocketException>(() => ConnectTo(IPAddress.Loopback, server.Port));
    }

    [Fact]
    public void A_port_in_use_is_an_error_that_names_the_listener_and_leaves_nothing_bound()
    {
        using TestServer first = new(FrameTests.Echo);
        ListenerOptions[] listeners =
        [
            new() { Name = "FREE", Address = IPAddress.Loopback, Port = 21_001 },
            new() { Name = "TAKEN", Address = IPAddress.Loopback, Port = first.Port },
        ];
        ListenerException failure = Assert.Throws<ListenerException>(
            () => new TestServer(FrameTests.Echo, listeners: listeners, isStarted: false));
        Assert.Contains($"TAKEN on 127.0.0.1:{first.Port}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("in use", failure.Message, StringComparison.Ordinal);
        Assert.Throws<SocketException>(() => ConnectTo(IPAddress.Loopback, 21_001));
    }

    [Fact]
    public void A_transport_that_is_not_served_is_refused_when_the_listener_is_opened()
    {
        ListenerOptions tls = new() { Name = "SSL", Port = 0, Transport = TransportKind.Tls };
        ListenerException failure = Assert.Throws<ListenerException>(
            () => new TestServer(FrameTests.Echo, listeners: [tls], isStarted: false));
        Assert.Contains("Tls is not served", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connections_are_handed_out_evenly()
    {
        using TestServer server = new(FrameTests.Echo, new NetworkOptions { ReactorCount = 4 });
        List<FrameClient> clients = [];
        for (int index = 0; index < 40; index++)
        {
            clients.Add(server.Connect());
        }

        clients.ForEach(client => client.Send([1]));
        clients.ForEach(client => Assert.Equal([1], client.MustReceive()));
        Assert.Equal([10, 10, 10, 10], server.Server.Reactors.Select(reactor => reactor.ConnectionCount));

        // Whoever has lost connections gets the next ones.
        Connection[] ofTheFirst = server.Connected.Where(connection => connection.Reactor == server.Reactor).ToArray();
        server.Ask(_ =>
        {
            Array.ForEach(ofTheFirst, connection => connection.Close());
            return true;
        });
        for (int index = 0; index < 10; index++)
        {
            clients.Add(server.Connect());
        }

        TestServer.Until(() => server.Connected.Count == 50);
        Assert.Equal([10, 10, 10, 10], server.Server.Reactors.Select(reactor => reactor.ConnectionCount));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void Clients_that_connect_before_the_start_are_served_after_it()
    {
        using TestServer server = new(FrameTests.Echo, isStarted: false);
        using FrameClient client = server.Connect();
        client.Send([5]);
        server.Server.Start();
        Assert.Equal([5], client.MustReceive());
    }
}
