using System.Buffers.Binary;
using System.Diagnostics;
using Millrace.Base;
using Xunit.Abstractions;

namespace Millrace.Network.Tests;

/// <summary>What connections and requests cost in memory, counted.</summary>
[Collection(Alone.Name)]
public sealed class CostTests(ITestOutputHelper output)
{
    [Fact]
    public void Requests_allocate_nothing_in_steady_state()
    {
        const int requests = 100_000;
        using FileStream file = File.Create(Path.GetTempFileName(), 1, FileOptions.DeleteOnClose);
        file.Write(new byte[8192]);
        file.Flush();
        int descriptor = (int)file.SafeFileHandle.DangerousGetHandle();
        long allocatedAtFirst = -1;
        long allocatedAtLast = -1;
        Hold hold = new();
        Later later = new();
        using TestServer server = new((connection, frame, slot) =>
        {
            switch (frame[0])
            {
                case 0:
                    slot.Append(frame);
                    slot.Complete();
                    break;
                case 1:
                    slot.Append(frame);
                    slot.AppendFile(new FileRange(descriptor, 100, 2000, hold));
                    slot.Append(frame);
                    slot.Complete();
                    break;
                case 2:
                    slot.CompleteWithoutResponse();
                    break;
                case 3:
                    // A long poll: a deadline armed and called off, and the completion through the mailbox.
                    connection.Reactor.Deadlines.Arm(later.Deadline, connection.Reactor.NowMs + 100);
                    connection.Reactor.Deadlines.Cancel(later.Deadline);
                    later.Slot = slot;
                    connection.Reactor.Post(later);
                    break;
                case 4:
                    allocatedAtFirst = GC.GetAllocatedBytesForCurrentThread();
                    goto case 0;
                default:
                    allocatedAtLast = GC.GetAllocatedBytesForCurrentThread();
                    goto case 0;
            }
        });
        using FrameClient client = server.Connect();
        byte[] batch = FrameClient.Framed(
            [0, 1, 2], [1, 5], [2], new byte[70_000], [0], [3, 9], [1, 1], [0, 0], new byte[300_000], [2]);
        const int responses = 8;
        for (int count = 0; count < 2000; count += 10)
        {
            client.SendRaw(batch);
            Skip(client, responses);
        }

        client.Send([4]);
        client.MustReceive();
        for (int count = 0; count < requests; count += 10)
        {
            client.SendRaw(batch);
            Skip(client, responses);
        }

        client.Send([5]);
        client.MustReceive();
        Assert.True(allocatedAtFirst > 0);
        Assert.Equal(0, allocatedAtLast - allocatedAtFirst);
    }

    [Fact]
    public void Ten_thousand_idle_connections_cost_at_most_four_kib_each()
    {
        const int bytesEachMax = 4096;
        const int connections = 10_000;
        const int own = 2000;
        SystemLimits.SetDescriptorsMax(Math.Max(SystemLimits.DescriptorsMax, connections + own + 1000));
        using TestServer server = new(FrameTests.Echo);
        int[] clients = new int[own];
        long before = Used(server);

        // Most clients are held by another process, as descriptors are counted by process.
        using Process others = Process.Start(new ProcessStartInfo("bash")
        {
            ArgumentList =
            {
                "-c",
                $"ulimit -n {connections}; for ((i = 0; i < {connections - own}; i++)); do "
                    + $"exec {{held}}<>/dev/tcp/127.0.0.1/{server.Port} || exit 1; done; read",
            },
            RedirectStandardInput = true,
        })!;
        for (int index = 0; index < own; index++)
        {
            clients[index] = SystemLimits.ConnectRaw(server.Server.Listeners[0].Address);
            Ping(clients[index]);
        }

        TestServer.Until(() => server.Reactor.ConnectionCount == connections || others.HasExited);
        Assert.Equal(connections, server.Ask(reactor => reactor.ConnectionCount));
        long each = (Used(server) - before) / connections;
        output.WriteLine($"{connections} idle connections cost {each} bytes each");
        Assert.InRange(each, 1, bytesEachMax);

        // They still work, and cost no more for having worked.
        Array.ForEach(clients, Ping);
        Assert.InRange((Used(server) - before) / connections, 1, bytesEachMax);
        Array.ForEach(clients, Syscalls.Close);
        others.StandardInput.Close();
        others.WaitForExit();
        TestServer.Until(() => server.Closed.Count == connections);
        Assert.Equal(0, server.Ask(reactor => reactor.Memory.OutstandingBytes));
    }

    private static unsafe void Ping(int socket)
    {
        byte* frame = stackalloc byte[5] { 0, 0, 0, 1, 77 };
        Assert.Equal(5, Libc.Write(socket, frame, 5));
        byte* echoed = stackalloc byte[5];
        for (nint filled = 0; filled < 5;)
        {
            nint received = Libc.Read(socket, echoed + filled, (nuint)(5 - filled));
            Assert.True(received > 0);
            filled += received;
        }

        Assert.Equal(77, echoed[4]);
    }

    /// <summary>Managed memory in use and native memory of the reactor.</summary>
    private static long Used(TestServer server)
    {
        long native = server.Ask(reactor => reactor.Memory.OutstandingBytes + reactor.Memory.IdleBytes);
        return GC.GetTotalMemory(forceFullCollection: true) + native;
    }

    private static void Skip(FrameClient client, int frames)
    {
        for (int index = 0; index < frames; index++)
        {
            byte[] response = client.MustReceive();
            Assert.True(response.Length > 0);
        }
    }

    private sealed class Hold : IFileHold
    {
        public void Release()
        {
        }
    }

    private sealed class Later : WorkItem
    {
        public ResponseSlot? Slot;

        public Never Deadline { get; } = new();

        protected internal override void Run(Reactor reactor)
        {
            BinaryPrimitives.WriteInt64BigEndian(Slot!.Append(8), reactor.NowMs);
            Slot.Complete();
        }
    }

    private sealed class Never : Deadline
    {
        protected override void Expire(long nowMs) => throw new InvalidOperationException("was called off");
    }
}

public sealed class CrowdTests
{
    [Fact]
    public void Fifteen_hundred_clients_at_once_are_all_answered()
    {
        using TestServer server = new(FrameTests.Echo, new NetworkOptions { ReactorCount = 2 });
        FrameClient[] clients = new FrameClient[1500];
        for (int index = 0; index < clients.Length; index++)
        {
            clients[index] = server.Connect();
        }

        byte[] payload = new byte[5000];
        new Random(9).NextBytes(payload);
        for (int round = 0; round < 3; round++)
        {
            Array.ForEach(clients, client => client.Send(payload, [1]));
            foreach (FrameClient client in clients)
            {
                Assert.True(client.MustReceive().AsSpan().SequenceEqual(payload));
                Assert.Equal([1], client.MustReceive());
            }
        }

        Array.ForEach(clients, client => client.Dispose());
        TestServer.Until(() => server.Closed.Count == clients.Length);
        Assert.Equal(0, server.Server.Limits.Total);
    }
}
