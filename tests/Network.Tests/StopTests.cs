using System.Net.Sockets;

namespace Millrace.Network.Tests;

public sealed class StopTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_stop_answers_what_is_in_flight_and_takes_nothing_new(int reactors)
    {
        List<ResponseSlot> open = [];
        using TestServer server = new(
            (_, frame, slot) =>
            {
                slot.Append(frame);
                lock (open)
                {
                    open.Add(slot);
                }
            },
            new NetworkOptions { ReactorCount = reactors });
        FrameClient[] clients = Enumerable.Range(0, 6).Select(_ => server.Connect()).ToArray();
        FrameClient[] idle = Enumerable.Range(0, 6).Select(_ => server.Connect()).ToArray();
        Array.ForEach(clients, client => client.Send([1]));
        TestServer.Until(() =>
        {
            lock (open)
            {
                return open.Count == clients.Length && server.Connected.Count == 12;
            }
        });
        server.Server.BeginStop();
        Array.ForEach(idle, client => Assert.True(client.IsClosedByServer()));
        TestServer.Until(() => server.Server.Reactors.All(reactor => reactor.IsStopping));
        Assert.Throws<SocketException>(() => server.Connect());
        Assert.False(server.Server.Ended.IsCompleted);
        Array.ForEach(clients, client => client.Send([2]));
        foreach (ResponseSlot slot in open)
        {
            slot.Connection.Reactor.Post(new Completion(slot));
        }

        foreach (FrameClient client in clients)
        {
            Assert.Equal([1], client.MustReceive());
            Assert.True(client.IsClosedByServer());
            client.Dispose();
        }

        server.WaitForEnd();
        Assert.Equal(clients.Length, open.Count);
        Assert.Equal(0, server.Server.Limits.Total);
    }

    [Fact]
    public void The_room_above_is_asked_to_end_its_long_polls()
    {
        ResponseSlot? open = null;
        using TestServer server = new((_, _, slot) => Volatile.Write(ref open, slot));
        server.OnStopping = _ => open!.Complete();
        using FrameClient client = server.Connect();
        client.Send([1]);
        TestServer.Until(() => Volatile.Read(ref open) is not null);
        server.Server.BeginStop();
        Assert.Equal([], client.MustReceive());
        server.WaitForEnd();
    }

    [Fact]
    public void A_second_stop_waits_for_nothing()
    {
        int taken = 0;
        using TestServer server = new((_, _, _) => Interlocked.Increment(ref taken));
        using FrameClient client = server.Connect();
        client.Send([1]);
        TestServer.Until(() => Volatile.Read(ref taken) == 1);
        server.Server.BeginStop();
        Assert.False(server.Server.Ended.IsCompleted);
        server.Server.BeginStop();
        server.WaitForEnd();
        Assert.True(client.IsClosedByServer());
        Assert.Equal([CloseReason.Stopping], server.Closed);
    }

    private sealed class Completion(ResponseSlot slot) : WorkItem
    {
        protected internal override void Run(Reactor reactor) => slot.Complete();
    }
}
