using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Millrace.Network.Tests;

public sealed class ResponseTests
{
    [Fact]
    public void Responses_completed_in_any_order_leave_in_request_order()
    {
        const int count = 60;
        List<ResponseSlot> open = [];
        Random random = new(4);
        using TestServer server = new((_, frame, slot) =>
        {
            slot.Append(frame);
            open.Add(slot);
            if (open.Count == count)
            {
                ResponseSlot[] shuffled = [.. open];
                random.Shuffle(shuffled);
                foreach (ResponseSlot one in shuffled)
                {
                    one.Complete();
                }
            }
        });
        using FrameClient client = server.Connect();
        for (int index = 0; index < count; index++)
        {
            client.Send([(byte)index]);
        }

        for (int index = 0; index < count; index++)
        {
            Assert.Equal([(byte)index], client.MustReceive());
        }
    }

    [Fact]
    public void Another_thread_completes_through_the_mailbox()
    {
        using BlockingCollection<(ResponseSlot Slot, byte[] Payload)> work = [];
        Thread worker = new(() =>
        {
            foreach ((ResponseSlot slot, byte[] payload) in work.GetConsumingEnumerable())
            {
                slot.Connection.Reactor.Post(new Completion(slot, payload));
            }
        });
        worker.Start();
        using TestServer server = new(
            (_, frame, slot) => work.Add((slot, frame.ToArray())), new NetworkOptions { ReactorCount = 2 });
        Parallel.For(0, 4, _ =>
        {
            using FrameClient client = server.Connect();
            for (int turn = 0; turn < 500; turn++)
            {
                client.Send(BitConverter.GetBytes(turn), BitConverter.GetBytes(~turn));
                Assert.Equal(BitConverter.GetBytes(turn), client.MustReceive());
                Assert.Equal(BitConverter.GetBytes(~turn), client.MustReceive());
            }
        });
        work.CompleteAdding();
        worker.Join();
    }

    [Fact]
    public void A_slot_used_away_from_its_thread_or_twice_is_our_own_fault()
    {
        ResponseSlot? taken = null;
        using TestServer server = new((_, _, slot) => Volatile.Write(ref taken, slot));
        using FrameClient client = server.Connect();
        client.Send([1]);
        TestServer.Until(() => Volatile.Read(ref taken) is not null);
        Assert.Throws<InvalidOperationException>(() => taken!.Complete());
        server.Ask(_ =>
        {
            taken!.CompleteWithoutResponse();
            return true;
        });
        Assert.Throws<InvalidOperationException>(() => server.Ask(_ =>
        {
            taken!.Complete();
            return true;
        }));
    }

    [Fact]
    public void Requests_without_a_response_take_no_place_among_the_others()
    {
        using TestServer server = new((connection, frame, slot) =>
        {
            if (frame[0] % 2 == 0)
            {
                slot.Append(frame);
                slot.CompleteWithoutResponse();
            }
            else
            {
                FrameTests.Echo(connection, frame, slot);
            }
        });
        using FrameClient client = server.Connect();
        client.Send([2], [4], [1], [6], [3], [8]);
        Assert.Equal([1], client.MustReceive());
        Assert.Equal([3], client.MustReceive());
        TestServer.Until(() => server.AskFirst(connection => connection.InFlight) == 0);
    }

    [Fact]
    public void A_response_in_many_pieces_is_one_frame()
    {
        using TestServer server = new((_, frame, slot) =>
        {
            for (int index = 0; index < 3000; index++)
            {
                slot.Append(7).Fill(frame[0]);
            }

            slot.Complete();
        });
        using FrameClient client = server.Connect();
        client.Send([9]);
        byte[] response = client.MustReceive();
        Assert.Equal(21_000, response.Length);
        Assert.All(response, one => Assert.Equal(9, one));
    }

    [Fact]
    public void The_last_response_reaches_the_client_before_the_connection_ends()
    {
        using TestServer server = new((_, frame, slot) =>
        {
            slot.Append(frame);
            slot.CompleteAndClose();
        });

        // Many times and with unread input behind it, as a reset would overtake the response now and then.
        for (int turn = 0; turn < 200; turn++)
        {
            using FrameClient client = server.Connect();
            client.Send([1, 2, 3], new byte[50_000], new byte[50_000]);
            Assert.Equal([1, 2, 3], client.MustReceive());
            Assert.True(client.IsClosedByServer());
        }
    }

    [Fact]
    public void Closing_without_a_response_sends_those_before_it()
    {
        using TestServer server = new((connection, frame, slot) =>
        {
            if (frame[0] == 0)
            {
                slot.CloseWithoutResponse();
            }
            else
            {
                FrameTests.Echo(connection, frame, slot);
            }
        });
        using FrameClient client = server.Connect();
        client.Send([1], [2], [0], [3]);
        Assert.Equal([1], client.MustReceive());
        Assert.Equal([2], client.MustReceive());
        Assert.True(client.IsClosedByServer());
    }

    [Fact]
    public void A_waiting_request_learns_that_its_connection_is_gone_and_still_completes()
    {
        Waiting waiting = new();
        using TestServer server = new((_, _, slot) =>
        {
            slot.Waiter = waiting;
            waiting.Slot = slot;
        });
        FrameClient client = server.Connect();
        client.Send([1]);
        TestServer.Until(() => Volatile.Read(ref waiting.Slot) is not null);

        // A reset, as a closed connection is only half closed to the server.
        client.Socket.LingerState = new LingerOption(true, 0);
        client.Dispose();
        TestServer.Until(() => Volatile.Read(ref waiting.Abandoned) is not null);
        Assert.Same(waiting.Slot, waiting.Abandoned);
        server.Ask(_ =>
        {
            Assert.True(waiting.Slot!.IsAbandoned);
            waiting.Slot.Append(100).Clear();
            waiting.Slot.Complete();
            return true;
        });
        Assert.Equal(0, server.Ask(reactor => reactor.Memory.OutstandingBytes));
    }

    [Fact]
    public void A_client_that_sends_no_more_still_gets_its_answers()
    {
        List<ResponseSlot> open = [];
        using TestServer server = new((_, frame, slot) =>
        {
            slot.Append(frame);
            open.Add(slot);
        });
        using FrameClient client = server.Connect();
        client.Send([1], [2]);
        client.Socket.Shutdown(SocketShutdown.Send);
        TestServer.Until(() => server.Ask(_ => open.Count) == 2);
        Assert.Empty(server.Closed);
        server.Ask(_ =>
        {
            open.ForEach(slot => slot.Complete());
            return true;
        });
        Assert.Equal([1], client.MustReceive());
        Assert.Equal([2], client.MustReceive());
        Assert.True(client.IsClosedByServer());
        TestServer.Until(() => server.Closed.SequenceEqual([CloseReason.PeerClosed]));
    }

    [Fact]
    public void A_waiting_request_learns_that_its_client_sends_no_more_and_may_answer_at_once()
    {
        Waiting waiting = new();
        using TestServer server = new((_, _, slot) => slot.Waiter = waiting);
        using FrameClient client = server.Connect();
        client.Send([1], [2]);
        client.Socket.Shutdown(SocketShutdown.Send);

        Assert.Equal([9], client.MustReceive());
        Assert.Equal([9], client.MustReceive());
        Assert.True(client.IsClosedByServer());
        Assert.Null(waiting.Abandoned);
    }

    private sealed class Completion(ResponseSlot slot, byte[] payload) : WorkItem
    {
        protected internal override void Run(Reactor reactor)
        {
            slot.Append(payload);
            slot.Complete();
        }
    }

    private sealed class Waiting : IAbandonedRequest
    {
        public ResponseSlot? Slot;
        public ResponseSlot? Abandoned;

        public void OnAbandoned(ResponseSlot slot) => Volatile.Write(ref Abandoned, slot);

        public void OnEndOfStream(ResponseSlot slot)
        {
            slot.Append([9]);
            slot.Complete();
        }
    }
}
