using System.Net.Sockets;
using Millrace.Base;

namespace Millrace.Network.Tests;

public sealed class DeadlineTests
{
    private readonly ManualClock clock = new();

    private static void BigResponse(Connection connection, Span<byte> frame, ResponseSlot slot)
    {
        slot.Append(20 * 1024 * 1024).Fill(frame[0]);
        slot.Complete();
    }

    [Fact]
    public void An_idle_connection_is_closed_and_an_active_one_is_not()
    {
        using TestServer server = new(
            FrameTests.Echo, new NetworkOptions { ReactorCount = 1, IdleMsMax = 1000 }, clock);
        using FrameClient idle = server.Connect();
        using FrameClient active = server.Connect();
        TestServer.Until(() => server.Connected.Count == 2);
        for (int turn = 0; turn < 2; turn++)
        {
            server.Advance(clock, 499);
            active.Send([1]);
            active.MustReceive();
        }

        Assert.Empty(server.Closed);
        server.Advance(clock, 499);
        Assert.True(idle.IsClosedByServer());
        active.Send([2]);
        Assert.Equal([2], active.MustReceive());
        Assert.Equal([CloseReason.Idle], server.Closed);
        Assert.Empty(server.Lines);
    }

    [Fact]
    public void A_connection_that_waits_for_its_response_is_not_idle()
    {
        ResponseSlot? open = null;
        using TestServer server = new(
            (_, _, slot) => Volatile.Write(ref open, slot),
            new NetworkOptions { ReactorCount = 1, IdleMsMax = 1000 },
            clock);
        using FrameClient client = server.Connect();
        client.Send([1]);
        TestServer.Until(() => Volatile.Read(ref open) is not null);
        for (int turn = 0; turn < 10; turn++)
        {
            server.Advance(clock, 900);
        }

        server.Ask(_ =>
        {
            open!.Append("late"u8);
            open.Complete();
            return true;
        });
        Assert.Equal("late"u8.ToArray(), client.MustReceive());
        server.Advance(clock, 999);
        Assert.Empty(server.Closed);
        server.Advance(clock, 1);
        Assert.True(client.IsClosedByServer());
    }

    [Fact]
    public void Without_an_idle_time_nothing_is_closed()
    {
        using TestServer server = new(FrameTests.Echo, new NetworkOptions { ReactorCount = 1, IdleMsMax = -1 }, clock);
        using FrameClient client = server.Connect();
        TestServer.Until(() => server.Connected.Count == 1);
        server.Advance(clock, 1_000_000_000);
        client.Send([1]);
        Assert.Equal([1], client.MustReceive());
    }

    [Fact]
    public void A_client_that_dribbles_a_frame_is_cut_off()
    {
        using TestServer server = new(
            FrameTests.Echo,
            new NetworkOptions { ReactorCount = 1, SlowWriterMs = 1000, IdleMsMax = 10_000_000 },
            clock);
        using FrameClient client = server.Connect();
        client.SendLength(100_000);
        TestServer.Until(() => server.Ask(reactor => reactor.Memory.OutstandingBytes) > 0);
        for (int turn = 0; turn < 9; turn++)
        {
            client.SendRaw([1]);
            server.Advance(clock, 100);
        }

        Assert.Empty(server.Closed);
        server.Advance(clock, 100);
        Assert.True(client.IsClosedByServer());
        TestServer.Until(() => !server.Lines.IsEmpty);
        Assert.Equal([CloseReason.SlowWriter], server.Closed);
        Assert.Contains("sent almost none of it for 1000 ms", Assert.Single(server.Lines), StringComparison.Ordinal);
        Assert.Equal(0, server.Ask(reactor => reactor.Memory.OutstandingBytes));
    }

    [Fact]
    public void A_slow_client_that_makes_progress_is_not_cut_off()
    {
        using TestServer server = new(
            FrameTests.Echo,
            new NetworkOptions { ReactorCount = 1, SlowWriterMs = 1000, IdleMsMax = 10_000_000 },
            clock);
        using FrameClient client = server.Connect();
        byte[] framed = FrameClient.Framed(new byte[100_000]);
        for (int sent = 0; sent < framed.Length;)
        {
            int part = Math.Min(5000, framed.Length - sent);
            client.SendRaw(framed.AsSpan(sent, part));
            sent += part;

            // Only what the server has received counts as progress.
            TestServer.Until(() => server.AskFirst(connection => connection.ReceivedBytes) == sent);
            server.Advance(clock, 1000);
        }

        Assert.Equal(100_000, client.MustReceive().Length);
        Assert.Empty(server.Closed);
    }

    [Fact]
    public void A_client_that_takes_nothing_of_its_response_is_cut_off()
    {
        using TestServer server = new(
            BigResponse, new NetworkOptions { ReactorCount = 1, SlowReaderMs = 1000, IdleMsMax = 10_000_000 }, clock);
        using FrameClient client = server.Connect(receiveBufferBytes: 8192);
        client.Send([1]);
        TestServer.Until(() => server.AskFirst(connection => connection.QueuedBytes) > 0);

        // The socket goes on taking bytes for a moment until both kernel buffers are full.
        while (server.Closed.IsEmpty)
        {
            server.Advance(clock, 1000);
        }

        Assert.Equal([CloseReason.SlowReader], server.Closed);
        TestServer.Until(() => !server.Lines.IsEmpty);
        Assert.Contains("took almost none of its responses", Assert.Single(server.Lines), StringComparison.Ordinal);
        Assert.Equal(0, server.Ask(reactor => reactor.Memory.OutstandingBytes));
    }

    [Fact]
    public void A_slow_reader_that_makes_progress_gets_everything()
    {
        using TestServer server = new(
            BigResponse, new NetworkOptions { ReactorCount = 1, SlowReaderMs = 1000, IdleMsMax = 10_000_000 }, clock);
        using FrameClient client = server.Connect(receiveBufferBytes: 8192);
        client.Send([7]);
        byte[] part = new byte[512 * 1024];
        int left = (20 * 1024 * 1024) + 4;
        while (left > 0)
        {
            int take = Math.Min(part.Length, left);
            for (int filled = 0; filled < take;)
            {
                int received = client.Socket.Receive(part, filled, take - filled, SocketFlags.None);
                Assert.True(received > 0, "cut off");
                filled += received;
            }

            left -= take;
            server.Advance(clock, 900);
        }

        Assert.Empty(server.Closed);
    }

    [Fact]
    public void A_half_closed_client_is_not_waited_for_without_end()
    {
        using TestServer server = new(
            static (_, _, _) => { }, new NetworkOptions { ReactorCount = 1, SlowReaderMs = 1000 }, clock);
        using FrameClient client = server.Connect();
        client.Send([1]);
        client.Socket.Shutdown(SocketShutdown.Send);
        TestServer.Until(() =>
        {
            server.Advance(clock, 100);
            return !server.Closed.IsEmpty;
        });
        Assert.Equal([CloseReason.PeerClosed], server.Closed);
        Assert.True(client.IsClosedByServer());
    }

    [Fact]
    public void A_deadline_of_the_room_above_ends_a_wait()
    {
        using TestServer server = new(
            (connection, _, slot) =>
                connection.Reactor.Deadlines.Arm(new LongPoll(slot), connection.Reactor.NowMs + 500),
            clock: clock);
        using FrameClient client = server.Connect();
        client.Send([1]);
        TestServer.Until(() => server.Ask(reactor => reactor.Deadlines.Count) == 2);
        server.Advance(clock, 499);
        Assert.Equal(1, server.AskFirst(connection => connection.InFlight));
        server.Advance(clock, 1);
        Assert.Equal("waited"u8.ToArray(), client.MustReceive());
    }

    private sealed class LongPoll(ResponseSlot slot) : Deadline
    {
        protected override void Expire(long nowMs)
        {
            slot.Append("waited"u8);
            slot.Complete();
        }
    }
}
