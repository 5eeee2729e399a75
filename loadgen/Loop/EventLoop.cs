using System.Runtime.InteropServices;
using Millrace.Network;

namespace Millrace.Loadgen;

/// <summary>
/// One thread's loop: each turn gives every client that is due its time, sends what they queued, and waits for sockets
/// until the next one is due. Owned by the thread that calls <see cref="Run"/>; <see cref="Stop"/> is for any thread.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private const int EventsPerWait = 256;
    private const int ReceiveBytes = 512 * 1024;
    private const long NsPerMs = 1_000_000;

    /// <summary>Below this a wait in milliseconds would be too coarse.</summary>
    private const long FineWaitNs = 20 * NsPerMs;

    /// <summary>How often a stop from another thread is seen at the latest.</summary>
    private const long LongestWaitNs = 100 * NsPerMs;

    private readonly int epoll = Syscalls.CreateEpoll();
    private readonly byte* events = (byte*)NativeMemory.Alloc(EventsPerWait, (nuint)Syscalls.EpollEventSize);
    private readonly byte* receive = (byte*)NativeMemory.Alloc(ReceiveBytes);
    private readonly List<LoopClient> clients = [];
    private readonly List<BrokerConnection?> connections = [];
    private readonly Stack<int> freeTokens = new();
    private BrokerConnection[] toSend = new BrokerConnection[16];
    private int toSendCount;
    private volatile bool isStopping;

    /// <summary>What every connection receives into, one after another.</summary>
    public Span<byte> ReceiveBuffer => new(receive, ReceiveBytes);

    /// <summary>Clients that can be held up by unanswered requests.</summary>
    public int WriterCount { get; private set; }

    /// <summary>Before <see cref="Run"/> only.</summary>
    public void Add(LoopClient client)
    {
        clients.Add(client);
        WriterCount += client.IsWriter ? 1 : 0;
    }

    /// <summary>Ends <see cref="Run"/> soon, from any thread.</summary>
    public void Stop() => isStopping = true;

    /// <summary>Runs until it is stopped.</summary>
    public void Run()
    {
        while (!isStopping)
        {
            long nowNs = RunClock.NowNs;
            long dueNs = nowNs + LongestWaitNs;
            foreach (LoopClient client in CollectionsMarshal.AsSpan(clients))
            {
                if (client.DueNs <= nowNs)
                {
                    client.DueNs = client.Turn(nowNs);
                }

                dueNs = Math.Min(dueNs, client.DueNs);
            }

            SendAll();
            Wait(dueNs);
        }
    }

    /// <summary>Gives a connection its number.</summary>
    public int Register(BrokerConnection connection)
    {
        if (freeTokens.TryPop(out int token))
        {
            connections[token] = connection;
            return token;
        }

        connections.Add(connection);
        return connections.Count - 1;
    }

    public void Forget(int token)
    {
        connections[token] = null;
        freeTokens.Push(token);
    }

    /// <summary>A socket whose readiness is wanted: to read always, and for room to send where it says so.</summary>
    public void Watch(int descriptor, int token, bool forRoom, bool isNew)
    {
        uint wanted = Syscalls.EpollIn | (forRoom ? Syscalls.EpollOut : 0);
        Syscalls.EpollChange change = isNew ? Syscalls.EpollChange.Add : Syscalls.EpollChange.Modify;
        int result = Syscalls.ChangeEpoll(epoll, change, descriptor, wanted, (ulong)token);
        if (result < 0)
        {
            throw Syscalls.Failure(-result, "epoll_ctl");
        }
    }

    /// <summary>The connection has something to send at the end of the turn.</summary>
    public void MarkToSend(BrokerConnection connection)
    {
        if (connection.IsMarkedToSend)
        {
            return;
        }

        if (toSendCount == toSend.Length)
        {
            Array.Resize(ref toSend, toSend.Length * 2);
        }

        connection.IsMarkedToSend = true;
        toSend[toSendCount++] = connection;
    }

    public void Dispose()
    {
        foreach (LoopClient client in clients)
        {
            client.Dispose();
        }

        Syscalls.Close(epoll);
        NativeMemory.Free(events);
        NativeMemory.Free(receive);
    }

    private void SendAll()
    {
        long nowNs = RunClock.NowNs;
        for (int index = 0; index < toSendCount; index++)
        {
            BrokerConnection connection = toSend[index];
            connection.IsMarkedToSend = false;
            connection.Flush(nowNs);
        }

        toSendCount = 0;
    }

    private void Wait(long dueNs)
    {
        long waitNs = dueNs - RunClock.NowNs;
        int waitMs = waitNs >= FineWaitNs ? (int)(waitNs / NsPerMs) : 0;
        int count = Syscalls.WaitEpoll(epoll, events, EventsPerWait, waitMs);
        if (count == 0 && waitMs == 0 && waitNs > 0)
        {
            Syscalls.WaitReadable(epoll, waitNs);
            count = Syscalls.WaitEpoll(epoll, events, EventsPerWait, 0);
        }

        if (count == 0)
        {
            return;
        }

        long nowNs = RunClock.NowNs;
        for (int index = 0; index < count; index++)
        {
            byte* epollEvent = events + (index * Syscalls.EpollEventSize);
            BrokerConnection? connection = connections[(int)Syscalls.EpollToken(epollEvent)];
            connection?.OnReady(Syscalls.EpollEvents(epollEvent), nowNs);
        }
    }
}
