using System.Net.Sockets;

namespace Millrace.Network.Tests;

public sealed class BackPressureTests
{
    [Fact]
    public void A_client_that_does_not_read_is_not_read_from_and_holds_bounded_memory()
    {
        const int responseBytes = 64 * 1024;
        const int queuedBytesMax = 1024 * 1024;
        const int requests = 4000;
        NetworkOptions options = new() { ReactorCount = 1, QueuedBytesMax = queuedBytesMax };
        long mostBytes = 0;
        int taken = 0;
        using TestServer server = new(
            (connection, frame, slot) =>
            {
                taken++;
                slot.Append(responseBytes).Fill(frame[0]);
                slot.Complete();
                mostBytes = Math.Max(mostBytes, connection.Reactor.Memory.OutstandingBytes);
            },
            options);
        using FrameClient client = server.Connect(receiveBufferBytes: 8192);
        Thread writer = new(() =>
        {
            for (int index = 0; index < requests; index++)
            {
                client.Send([(byte)index]);
            }
        });
        writer.Start();
        TestServer.Until(() => server.AskFirst(connection => connection.QueuedBytes >= queuedBytesMax));

        // It stays so: many turns later not one more request was taken.
        int takenWhenFull = server.Ask(_ => taken);
        for (int turn = 0; turn < 50; turn++)
        {
            Assert.Equal(takenWhenFull, server.Ask(_ => taken));
        }

        for (int index = 0; index < requests; index++)
        {
            byte[] response = client.MustReceive();
            Assert.Equal(responseBytes, response.Length);
            Assert.Equal((byte)index, response[^1]);
        }

        writer.Join();

        // One response over the bound, each in a whole size class, and the backlog of requests.
        Assert.InRange(mostBytes, queuedBytesMax, (2 * (queuedBytesMax + responseBytes)) + options.TurnBytesMax);
    }

    [Fact]
    public void No_more_requests_are_taken_than_may_be_in_flight()
    {
        Queue<ResponseSlot> open = new();
        int mostOpen = 0;
        using TestServer server = new(
            (_, frame, slot) =>
            {
                slot.Append(frame);
                open.Enqueue(slot);
                mostOpen = Math.Max(mostOpen, open.Count);
            },
            new NetworkOptions { ReactorCount = 1, InFlightMax = 10 });
        using FrameClient client = server.Connect();
        client.Send(Enumerable.Range(0, 100).Select(index => new[] { (byte)index }).ToArray());
        for (int index = 0; index < 100; index++)
        {
            TestServer.Until(() => server.Ask(_ => open.Count) == Math.Min(10, 100 - index));
            server.Ask(_ =>
            {
                open.Dequeue().Complete();
                return true;
            });
            Assert.Equal([(byte)index], client.MustReceive());
        }

        Assert.Equal(10, mostOpen);
    }

    [Fact]
    public void A_muted_connection_is_not_read_until_it_is_unmuted()
    {
        int taken = 0;
        using TestServer server = new((connection, frame, slot) =>
        {
            Interlocked.Increment(ref taken);
            connection.Mute();
            FrameTests.Echo(connection, frame, slot);
        });
        using FrameClient client = server.Connect();
        client.Send([1], [2], [3]);
        for (byte index = 1; index <= 3; index++)
        {
            Assert.Equal([index], client.MustReceive());
            for (int turn = 0; turn < 20; turn++)
            {
                Assert.Equal(index, server.Ask(_ => taken));
            }

            server.Ask(_ =>
            {
                server.Connection.Unmute();
                return true;
            });
        }
    }

    [Fact]
    public void One_flooding_client_gets_no_more_of_a_turn_than_its_budget()
    {
        const int framesMax = 16;
        Dictionary<Connection, int> perTurn = [];
        int most = 0;
        int turnsOfBoth = 0;
        using TestServer server = new(
            (connection, _, slot) =>
            {
                perTurn[connection] = perTurn.GetValueOrDefault(connection) + 1;
                slot.CompleteWithoutResponse();
            },
            new NetworkOptions { ReactorCount = 1, TurnFramesMax = framesMax });
        server.OnTurnEnd = _ =>
        {
            most = Math.Max(most, perTurn.Count == 0 ? 0 : perTurn.Values.Max());
            turnsOfBoth += perTurn.Count == 2 ? 1 : 0;
            perTurn.Clear();
        };
        byte[] flood = FrameClient.Framed(Enumerable.Range(0, 2000).Select(_ => new byte[1]).ToArray());
        using FrameClient first = server.Connect();
        using FrameClient second = server.Connect();
        TestServer.Until(() => server.Connected.Count == 2);

        // While the reactor is held up, both have far more to say than one turn takes.
        server.Ask(_ =>
        {
            first.SendRaw(flood);
            second.SendRaw(flood);
            return true;
        });
        foreach (FrameClient client in new[] { first, second })
        {
            client.Socket.Shutdown(SocketShutdown.Send);
            Assert.True(client.IsClosedByServer());
        }

        Assert.Equal(framesMax, most);
        Assert.InRange(turnsOfBoth, 100, int.MaxValue);
    }
}
