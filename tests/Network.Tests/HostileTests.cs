using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Xunit.Abstractions;

namespace Millrace.Network.Tests;

public sealed class HostileTests(ITestOutputHelper output)
{
    private const int FileBytes = 4 * 1024 * 1024;

    private readonly Holds holds = new();
    private readonly Laggard laggard = new();
    private SafeFileHandle? file;
    private int requests;

    /// <summary>
    /// Clients that do whatever clients can do to a server, at random: whole, torn, cut and forged frames, no reading,
    /// half closing, resetting; while responses are completed at once, later, from other threads, or never asked for.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public void Clients_of_every_kind_leave_nothing_behind(int seed, int reactors)
    {
        const int clients = 300;
        output.WriteLine($"seed {seed}");
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[FileBytes]);
        file = File.OpenHandle(path);
        File.Delete(path);
        using TestServer server = new(Answer, new NetworkOptions
        {
            ReactorCount = reactors,
            FrameBytesMax = 400_000,
            FrameMemoryBytesMax = 1024 * 1024,
            ReceiveBufferBytes = 64 * 1024,
            TurnFramesMax = 7,
            InFlightMax = 20,
            QueuedBytesMax = 100_000,
            TurnSendBytesMax = 300_000,
        });
        Parallel.For(0, clients, new ParallelOptions { MaxDegreeOfParallelism = 12 }, index =>
        {
            using FrameClient client = server.Connect();
            Misbehave(client, new Random((seed * 1000) + index));
        });
        TestServer.Until(() => server.Closed.Count == clients);
        laggard.Stop();
        for (int reactor = 0; reactor < reactors; reactor++)
        {
            TestServer.Until(() => server.Ask(asked => asked.Memory.OutstandingBytes, reactor) == 0);
            Assert.Equal(0, server.Ask(asked => asked.FrameMemory.Bytes, reactor));
            Assert.Equal(0, server.Ask(asked => asked.ConnectionCount, reactor));
            Assert.Equal(0, server.Ask(asked => asked.Deadlines.Count, reactor));
        }

        Assert.Equal(0, holds.Held);
        Assert.Equal(0, server.Server.Limits.Total);
        Assert.True(requests > 1000, "too few requests got through: the test shows nothing");

        // And it still serves.
        using FrameClient honest = server.Connect();
        honest.Send([5, 6, 7]);
        Assert.Equal([5, 6, 7], honest.MustReceive());
        file.Dispose();
    }

    private void Answer(Connection connection, Span<byte> frame, ResponseSlot slot)
    {
        Interlocked.Increment(ref requests);
        int kind = frame[0] % 8;
        if (kind == 0)
        {
            holds.Take();
            slot.Append(frame);
            slot.AppendFile(new FileRange((int)file!.DangerousGetHandle(), frame.Length, FileBytes / 2, holds));
        }

        switch (kind)
        {
            case 1:
                laggard.Add(slot);
                break;
            case 2:
                slot.CompleteWithoutResponse();
                break;
            case 3 when frame.Length % 8 == 0:
                slot.CompleteAndClose();
                break;
            case 4 when frame.Length % 16 == 0:
                slot.CompleteWithoutResponse();
                connection.Close();
                break;
            default:
                slot.Append(frame);
                slot.Complete();
                break;
        }
    }

    private static void Misbehave(FrameClient client, Random random)
    {
        try
        {
            for (int step = random.Next(1, 12); step > 0; step--)
            {
                Send(client, random);
                if (random.Next(3) == 0)
                {
                    byte[] some = new byte[random.Next(1, 100_000)];
                    client.Socket.Receive(some, 0, some.Length, SocketFlags.None, out SocketError _);
                }
            }

            End(client, random);
        }
        catch (SocketException)
        {
            // The server has closed the connection: that is what some of this asks for.
        }
    }

    private static void Send(FrameClient client, Random random)
    {
        byte[][] payloads = new byte[random.Next(1, 30)][];
        for (int index = 0; index < payloads.Length; index++)
        {
            payloads[index] = new byte[random.Next(1, random.Next(10) == 0 ? 300_000 : 3000)];
            random.NextBytes(payloads[index]);
        }

        byte[] framed = FrameClient.Framed(payloads);
        if (random.Next(10) == 0)
        {
            framed[random.Next(framed.Length)] ^= (byte)random.Next(1, 256);
        }

        // Never wait for the server: it may well be waiting for this client to read.
        client.Socket.Blocking = false;
        int end = random.Next(4) == 0 ? random.Next(framed.Length) : framed.Length;
        for (int sent = 0; sent < end;)
        {
            int part = Math.Min(end - sent, random.Next(1, 50_000));
            sent += client.Socket.Send(framed, sent, part, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                break;
            }

            if (error != SocketError.Success)
            {
                throw new SocketException((int)error);
            }
        }

    }

    private static void End(FrameClient client, Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                client.Socket.LingerState = new LingerOption(true, 0);
                break;
            case 1:
                client.Socket.Blocking = true;
                client.Socket.Shutdown(SocketShutdown.Send);
                byte[] rest = new byte[100_000];
                while (client.Socket.Receive(rest) > 0)
                {
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Counts the holds that are not released.</summary>
    private sealed class Holds : IFileHold
    {
        private int held;

        public int Held => Volatile.Read(ref held);

        public void Take() => Interlocked.Increment(ref held);

        public void Release() => Interlocked.Decrement(ref held);
    }

    /// <summary>Completes slots later, from a thread of its own, in another order.</summary>
    private sealed class Laggard
    {
        private readonly List<ResponseSlot> slots = [];
        private readonly Thread thread;
        private volatile bool isStopping;

        public Laggard()
        {
            thread = new Thread(Run);
            thread.Start();
        }

        public void Add(ResponseSlot slot)
        {
            lock (slots)
            {
                slots.Add(slot);
            }
        }

        public void Stop()
        {
            isStopping = true;
            thread.Join();
        }

        private void Run()
        {
            Random random = new(10);
            while (true)
            {
                bool isLast = isStopping;
                ResponseSlot[] taken;
                lock (slots)
                {
                    taken = [.. slots];
                    slots.Clear();
                }

                random.Shuffle(taken);
                foreach (ResponseSlot slot in taken)
                {
                    slot.Connection.Reactor.Post(new Completion(slot));
                }

                if (isLast)
                {
                    return;
                }

                Thread.Sleep(1);
            }
        }
    }

    private sealed class Completion(ResponseSlot slot) : WorkItem
    {
        protected internal override void Run(Reactor reactor)
        {
            slot.Append(1000).Clear();
            slot.Complete();
        }
    }
}
