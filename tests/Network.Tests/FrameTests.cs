using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Millrace.Network.Tests;

public sealed class FrameTests
{
    internal static void Echo(Connection connection, Span<byte> frame, ResponseSlot slot)
    {
        slot.Append(frame);
        slot.Complete();
    }

    private static byte[] RandomBytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    [Theory]
    [InlineData(256 * 1024)]
    [InlineData(16 * 1024)]
    public void Pipelined_frames_of_random_sizes_come_back_in_order(int receiveBufferBytes)
    {
        Random random = new(1);
        byte[][] payloads = new byte[600][];
        for (int index = 0; index < payloads.Length; index++)
        {
            int scale = index % 3 == 0 ? 300_000 : index % 3 == 1 ? 5_000 : 64;
            payloads[index] = RandomBytes(random, random.Next(1, scale));
        }

        using TestServer server = new(Echo, new NetworkOptions
        {
            ReactorCount = 1,
            ReceiveBufferBytes = receiveBufferBytes,
        });
        using FrameClient client = server.Connect();
        Thread writer = new(() => client.Send(payloads));
        writer.Start();
        foreach (byte[] payload in payloads)
        {
            Assert.Equal(payload, client.MustReceive());
        }

        writer.Join();
        Assert.Equal(0, server.Ask(reactor => reactor.Memory.OutstandingBytes));
    }

    [Fact]
    public void A_frame_that_arrives_byte_by_byte_is_one_frame()
    {
        using TestServer server = new(Echo);
        using FrameClient client = server.Connect();
        byte[] framed = FrameClient.Framed(RandomBytes(new Random(2), 700), RandomBytes(new Random(3), 1));
        foreach (byte part in framed)
        {
            client.SendRaw([part]);
        }

        Assert.Equal(framed[4..704], client.MustReceive());
        Assert.Equal(framed[708..], client.MustReceive());
    }

    [Fact]
    public void More_tiny_frames_than_one_turn_takes_are_all_answered()
    {
        using TestServer server = new(Echo, new NetworkOptions { ReactorCount = 1, TurnFramesMax = 3 });
        using FrameClient client = server.Connect();
        byte[][] payloads = Enumerable.Range(0, 2000).Select(index => BitConverter.GetBytes(index)).ToArray();
        client.Send(payloads);
        foreach (byte[] payload in payloads)
        {
            Assert.Equal(payload, client.MustReceive());
        }
    }

    [Fact]
    public void Frames_stay_unchanged_at_their_place_until_the_turn_ends()
    {
        // Digest at arrival, look again through the same pointer at the end of the turn, answer only then.
        List<(nint Pointer, int Length, byte[] Digest, ResponseSlot Slot)> held = [];
        int mostHeld = 0;
        using TestServer server = new((_, frame, slot) =>
        {
            unsafe
            {
                fixed (byte* pointer = frame)
                {
                    held.Add(((nint)pointer, frame.Length, SHA256.HashData(frame), slot));
                }
            }
        });
        server.OnTurnEnd = _ =>
        {
            mostHeld = Math.Max(mostHeld, held.Count);
            foreach ((nint pointer, int length, byte[] digest, ResponseSlot slot) in held)
            {
                ReadOnlySpan<byte> still;
                unsafe
                {
                    still = new ReadOnlySpan<byte>((byte*)pointer, length);
                }

                slot.Append(SHA256.HashData(still).AsSpan().SequenceEqual(digest) ? "same"u8 : "changed"u8);
                slot.Complete();
            }

            held.Clear();
        };

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, index =>
        {
            Random random = new(index);
            using FrameClient client = server.Connect();
            byte[][] payloads = Enumerable.Range(0, 100)
                .Select(turn => RandomBytes(random, random.Next(1, turn % 10 == 0 ? 400_000 : 20_000))).ToArray();
            Thread writer = new(() => client.Send(payloads));
            writer.Start();
            foreach (byte[] _ in payloads)
            {
                Assert.Equal("same"u8.ToArray(), client.MustReceive());
            }

            writer.Join();
        });
        Assert.True(mostHeld > 1, "no turn held more than one frame: the test shows nothing");
    }

    [Fact]
    public void Frames_of_several_connections_share_a_turn_and_keep_their_own_bytes()
    {
        List<(nint Pointer, int Length, ResponseSlot Slot)> held = [];
        int mostConnections = 0;
        using TestServer server = new((_, frame, slot) =>
        {
            unsafe
            {
                fixed (byte* pointer = frame)
                {
                    held.Add(((nint)pointer, frame.Length, slot));
                }
            }
        });
        server.OnTurnEnd = _ =>
        {
            mostConnections = Math.Max(mostConnections, held.Select(one => one.Slot.Connection).Distinct().Count());
            foreach ((nint pointer, int length, ResponseSlot slot) in held)
            {
                unsafe
                {
                    slot.Append(new ReadOnlySpan<byte>((byte*)pointer, length));
                }

                slot.Complete();
            }

            held.Clear();
        };
        FrameClient[] clients = Enumerable.Range(0, 4).Select(_ => server.Connect()).ToArray();
        byte[][] payloads = Enumerable.Range(0, 12).Select(seed => RandomBytes(new Random(seed), 9000)).ToArray();

        // While the reactor is held up, all of them become ready.
        server.Ask(_ =>
        {
            for (int index = 0; index < payloads.Length; index++)
            {
                clients[index % 4].Send(payloads[index]);
            }

            return true;
        });
        for (int index = 0; index < payloads.Length; index++)
        {
            Assert.Equal(payloads[index], clients[index % 4].MustReceive());
        }

        Assert.Equal(4, mostConnections);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Theory]
    [InlineData(0, "FrameLengthInvalid", "declares 0 bytes")]
    [InlineData(-1, "FrameLengthInvalid", "declares -1 bytes")]
    [InlineData(int.MinValue, "FrameLengthInvalid", "declares -2147483648 bytes")]
    [InlineData(1001, "FrameTooLarge", "declares 1001 bytes, more than socket.request.max.bytes")]
    [InlineData(int.MaxValue, "FrameTooLarge", "declares 2147483647 bytes")]
    public void A_length_that_is_not_allowed_closes_the_connection_and_says_why(
        int declared, string reason, string line)
    {
        using TestServer server = new(Echo, new NetworkOptions { ReactorCount = 1, FrameBytesMax = 1000 });
        using FrameClient client = server.Connect();
        client.Send(new byte[1000]);
        Assert.Equal(1000, client.MustReceive().Length);
        client.SendLength(declared);
        Assert.True(client.IsClosedByServer());
        TestServer.Until(() => !server.Lines.IsEmpty);
        Assert.Equal(reason, Assert.Single(server.Closed).ToString());
        Assert.Contains(line, Assert.Single(server.Lines), StringComparison.Ordinal);
        Assert.Contains("on listener PLAINTEXT", server.Lines.First(), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_follows_the_bytes_that_arrived_and_not_the_length_that_was_declared()
    {
        const int clients = 50;
        const int sent = 3000;
        using TestServer server = new(Echo);
        List<FrameClient> connected = [];
        for (int index = 0; index < clients; index++)
        {
            FrameClient client = server.Connect();
            client.SendLength(100 * 1024 * 1024);
            client.SendRaw(new byte[sent]);
            connected.Add(client);
        }

        TestServer.Until(() => server.Ask(reactor => reactor.Memory.OutstandingBytes) >= clients * sent);
        Assert.InRange(server.Ask(reactor => reactor.Memory.OutstandingBytes), clients * sent, clients * 16 * 1024);
        connected.ForEach(client => client.Dispose());
        TestServer.Until(() => server.Closed.Count == clients);
        Assert.Equal(0, server.Ask(reactor => reactor.Memory.OutstandingBytes));
    }

    [Fact]
    public void Incomplete_frames_of_many_clients_wait_for_memory_and_all_get_through()
    {
        const int clients = 40;
        const int frameBytes = 1024 * 1024;
        const int memoryMax = 2 * frameBytes;
        long most = 0;
        using TestServer server = new(
            (_, frame, slot) =>
            {
                slot.Append(SHA256.HashData(frame));
                slot.Complete();
            },
            new NetworkOptions { ReactorCount = 1, FrameMemoryBytesMax = memoryMax });
        server.OnTurnEnd = reactor => most = Math.Max(most, reactor.FrameMemory.Bytes);
        FrameClient[] connected = Enumerable.Range(0, clients).Select(_ => server.Connect()).ToArray();
        byte[][] payloads = Enumerable.Range(0, clients)
            .Select(seed => RandomBytes(new Random(seed), frameBytes)).ToArray();

        // Half of every frame at first, so that none can complete before all of them hold memory.
        Thread[] writers = new Thread[clients];
        using Barrier halves = new(clients);
        for (int index = 0; index < clients; index++)
        {
            int own = index;
            writers[own] = new Thread(() =>
            {
                byte[] framed = FrameClient.Framed(payloads[own]);
                connected[own].SendRaw(framed.AsSpan(0, 100_000));
                halves.SignalAndWait();
                connected[own].SendRaw(framed.AsSpan(100_000));
            });
            writers[own].Start();
        }

        for (int index = 0; index < clients; index++)
        {
            Assert.Equal(SHA256.HashData(payloads[index]), connected[index].MustReceive());
            writers[index].Join();
            connected[index].Dispose();
        }

        // The bound, one frame over it, and for each client what one receive brings into a buffer of its own.
        long bound = memoryMax + frameBytes + (clients * (long)FrameMemory.ReceiveBytesWhileFull * 2);
        Assert.InRange(most, memoryMax, bound);
        TestServer.Until(() => server.Closed.Count == clients);
        Assert.Equal(0, server.Ask(reactor => reactor.FrameMemory.Bytes));
        Assert.Equal(0, server.Ask(reactor => reactor.Memory.OutstandingBytes));
    }

    [Fact]
    public void The_limit_of_a_connection_can_be_set_apart()
    {
        using TestServer server = new((connection, frame, slot) =>
        {
            connection.FrameBytesMax = 10;
            Echo(connection, frame, slot);
        });
        using FrameClient client = server.Connect();
        client.Send(new byte[500]);
        Assert.Equal(500, client.MustReceive().Length);
        client.Send(new byte[10]);
        Assert.Equal(10, client.MustReceive().Length);
        client.Send(new byte[11]);
        Assert.True(client.IsClosedByServer());
    }

    [Fact]
    public void A_connection_closed_by_the_handler_within_a_frame_hands_on_no_further_frame()
    {
        ConcurrentQueue<int> seen = new();
        using TestServer server = new((connection, frame, slot) =>
        {
            seen.Enqueue(frame[0]);
            slot.CompleteWithoutResponse();
            if (frame[0] == 2)
            {
                connection.Close();
            }
        });
        using FrameClient client = server.Connect();
        client.Send([1], [2], [3]);
        Assert.True(client.IsClosedByServer());
        Assert.Equal([1, 2], seen);
    }
}
