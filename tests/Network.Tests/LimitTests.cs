using System.Net;
using Millrace.Base;

namespace Millrace.Network.Tests;

public sealed class LimitTests
{
    private static NetworkOptions With(ConnectionLimitSettings settings) =>
        new() { ReactorCount = 1, Connections = settings };

    private static void MustEcho(FrameClient client)
    {
        client.Send([42]);
        Assert.Equal([42], client.MustReceive());
    }

    [Fact]
    public void An_address_gets_its_own_number_of_connections_and_no_more()
    {
        using TestServer server = new(FrameTests.Echo, With(new ConnectionLimitSettings
        {
            ConnectionsPerAddressMax = 2,
            ConnectionsPerAddressOverrides = new Dictionary<IPAddress, int>
            {
                [IPAddress.Parse("127.0.0.4")] = 3,
                [IPAddress.Parse("127.0.0.5")] = 0,
            },
        }));
        FrameClient first = server.Connect("127.0.0.2");
        using FrameClient second = server.Connect("127.0.0.2");
        MustEcho(first);
        MustEcho(second);
        using FrameClient third = server.Connect("127.0.0.2");
        Assert.True(third.IsClosedByServer());
        TestServer.Until(() => !server.Lines.IsEmpty);
        Assert.Contains("Refused a connection from 127.0.0.2:", server.Lines.First(), StringComparison.Ordinal);
        Assert.Contains("max.connections.per.ip = 2 is reached", server.Lines.First(), StringComparison.Ordinal);

        using FrameClient other = server.Connect("127.0.0.3");
        MustEcho(other);
        using FrameClient overridden1 = server.Connect("127.0.0.4");
        using FrameClient overridden2 = server.Connect("127.0.0.4");
        using FrameClient overridden3 = server.Connect("127.0.0.4");
        MustEcho(overridden3);
        using FrameClient overridden4 = server.Connect("127.0.0.4");
        Assert.True(overridden4.IsClosedByServer());
        using FrameClient never = server.Connect("127.0.0.5");
        Assert.True(never.IsClosedByServer());

        // A connection that ends makes room for another.
        first.Dispose();
        TestServer.Until(() => server.Closed.Count == 1);
        using FrameClient replacement = server.Connect("127.0.0.2");
        MustEcho(replacement);
        Assert.Equal(6, server.Server.Limits.Total);
    }

    [Fact]
    public void Connections_over_the_rate_wait_for_the_next_second()
    {
        ManualClock clock = new();
        using TestServer server = new(
            FrameTests.Echo, With(new ConnectionLimitSettings { CreationsPerSecondMax = 2 }), clock);
        using FrameClient first = server.Connect();

        // The second comes after a look at the empty queue, which counts for nothing.
        MustEcho(first);
        using FrameClient second = server.Connect();
        MustEcho(second);
        using FrameClient third = server.Connect();
        third.Send([42]);
        MustEcho(first);
        MustEcho(second);
        Assert.Equal(2, server.Server.Limits.Total);

        server.Advance(clock, 1000);
        Assert.Equal([42], third.MustReceive());
    }

    [Fact]
    public void The_limit_on_all_connections_can_be_changed_while_the_server_runs()
    {
        using TestServer server = new(FrameTests.Echo, With(new ConnectionLimitSettings { ConnectionsMax = 1 }));
        using FrameClient first = server.Connect();
        MustEcho(first);
        using FrameClient refused = server.Connect();
        Assert.True(refused.IsClosedByServer());
        TestServer.Until(() => !server.Lines.IsEmpty);
        Assert.Contains("max.connections = 1 is reached", server.Lines.First(), StringComparison.Ordinal);
        server.Server.Limits.Update(new ConnectionLimitSettings { ConnectionsMax = 2 });
        using FrameClient second = server.Connect();
        MustEcho(second);
        MustEcho(first);
    }

    [Fact]
    public void A_listener_can_have_a_limit_of_its_own()
    {
        ListenerOptions[] listeners =
        [
            new() { Name = "INTERNAL", Address = IPAddress.Loopback, Port = 0 },
            new() { Name = "EXTERNAL", Address = IPAddress.Loopback, Port = 0 },
        ];
        using TestServer server = new(
            FrameTests.Echo,
            With(new ConnectionLimitSettings
            {
                ConnectionsPerListenerMax = new Dictionary<string, int> { ["EXTERNAL"] = 1 },
            }),
            listeners: listeners);
        int external = server.Server.Listeners[1].Address.Port;
        using FrameClient first = server.Connect(port: external);
        MustEcho(first);
        Assert.Equal("EXTERNAL", server.Connection.ListenerName);
        using FrameClient refused = server.Connect(port: external);
        Assert.True(refused.IsClosedByServer());
        using FrameClient @internal = server.Connect();
        MustEcho(@internal);
        Assert.Equal("INTERNAL", server.Connected.Last().ListenerName);
    }

    [Fact]
    public void Many_refusals_make_one_line_that_counts_them()
    {
        ManualClock clock = new();
        using TestServer server = new(
            FrameTests.Echo, With(new ConnectionLimitSettings { ConnectionsMax = 0 }), clock);
        for (int index = 0; index < 50; index++)
        {
            using FrameClient refused = server.Connect();
            Assert.True(refused.IsClosedByServer());
        }

        server.Ask(_ => true);
        Assert.Single(server.Lines);
        clock.Advance(10_000);
        using FrameClient later = server.Connect();
        Assert.True(later.IsClosedByServer());
        TestServer.Until(() => server.Lines.Count == 2);
        Assert.Contains("(49 more for this reason", server.Lines.Last(), StringComparison.Ordinal);
    }
}

[Collection(Alone.Name)]
public sealed class DescriptorTests
{
    [Fact]
    public void Clients_never_take_the_last_descriptors_and_refusing_them_does_not_spin()
    {
        const int clients = 20;
        const int reserved = 200;
        long limit = SystemLimits.DescriptorsMax;
        using TestServer server = new(
            FrameTests.Echo, new NetworkOptions { ReactorCount = 1, DescriptorsReserved = reserved });
        long turns = 0;
        server.OnTurnEnd = _ => turns++;
        using FrameClient established = server.Connect();
        established.Send([1]);
        established.MustReceive();
        int free = Syscalls.OpenReserve();
        Syscalls.Close(free);
        try
        {
            SystemLimits.SetDescriptorsMax(free + reserved);
            long turnsBefore = server.Ask(_ => turns);
            for (int index = 0; index < clients; index++)
            {
                using FrameClient refused = server.Connect();
                Assert.True(refused.IsClosedByServer());
            }

            established.Send([2]);
            Assert.Equal([2], established.MustReceive());
            Assert.InRange(server.Ask(_ => turns) - turnsBefore, 1, clients * 3);
        }
        finally
        {
            SystemLimits.SetDescriptorsMax(limit);
        }

        Assert.Contains("file descriptors may serve clients", Assert.Single(server.Lines), StringComparison.Ordinal);
        using FrameClient welcome = server.Connect();
        welcome.Send([3]);
        Assert.Equal([3], welcome.MustReceive());
    }
}
