using System.Net.Sockets;
using System.Runtime.InteropServices;
using Millrace.Network;

namespace Millrace.Loadgen.Floors;

/// <summary>
/// The least that a broker on one thread has to do for its clients: epoll, receive, the work itself, answer. No
/// protocol, no offsets, no index. What it takes is what the machine takes; a broker cannot be below it. One thread of
/// its own.
/// </summary>
internal abstract unsafe class FloorServer : IDisposable
{
    private const int EventsMax = 64;
    private const int LongestWaitMs = 20;
    // What a reactor receives into at once.
    private const int ReceiveBytes = 256 * 1024;

    private readonly int epoll = Syscalls.CreateEpoll();
    private readonly byte* events = (byte*)NativeMemory.Alloc(EventsMax, (nuint)Syscalls.EpollEventSize);
    private readonly Link[] links;
    private readonly Thread thread;
    private volatile bool isStopping;
    private int threadId;

    protected FloorServer(FloorLoad load, IReadOnlyList<Socket> sockets)
    {
        Load = load;
        int room = Math.Max(ReceiveBytes, load.RequestBytes * 2);
        links = sockets.Select(socket => new Link((int)socket.Handle, room)).ToArray();
        for (int index = 0; index < links.Length; index++)
        {
            uint interest = Syscalls.EpollIn;
            Syscalls.ChangeEpoll(epoll, Syscalls.EpollChange.Add, links[index].Descriptor, interest, (ulong)index);
        }

        thread = new Thread(Run) { Name = "floor-server", IsBackground = true };
    }

    protected FloorLoad Load { get; }

    /// <summary>The kernel's id of the thread; 0 until it runs.</summary>
    public int ThreadId => Volatile.Read(ref threadId);

    public void Start() => thread.Start();

    public void Dispose()
    {
        isStopping = true;
        thread.Join();
        Release();
        Syscalls.Close(epoll);
        NativeMemory.Free(events);
        foreach (Link link in links)
        {
            link.Free();
        }
    }

    /// <summary>One client.</summary>
    protected sealed class Link(int descriptor, int room)
    {
        public int Descriptor { get; } = descriptor;

        /// <summary>Where requests are received.</summary>
        public byte* Buffer { get; } = (byte*)NativeMemory.AllocZeroed((nuint)room);

        public int Room { get; } = room;

        public int Filled { get; set; }

        /// <summary>Answers that are owed.</summary>
        public int Owed { get; set; }

        /// <summary>Bytes of the answer under way that are sent.</summary>
        public long SentOfAnswer { get; set; }

        public bool IsBlocked { get; set; }

        public void Free() => NativeMemory.Free(Buffer);
    }

    /// <summary>Does the work of whole requests, which stand one behind the other.</summary>
    protected abstract void Work(Link link, byte* requests, int count);

    /// <summary>Sends answers that are owed.</summary>
    /// <returns>False where the socket takes no more now.</returns>
    protected abstract bool TryAnswer(Link link);

    /// <summary>Gives back what the work took; the thread has ended.</summary>
    protected abstract void Release();

    private void Run()
    {
        threadId = Measurement.CpuClock.ThisThreadId;
        while (!isStopping)
        {
            int count = Syscalls.WaitEpoll(epoll, events, EventsMax, LongestWaitMs);
            for (int index = 0; index < count; index++)
            {
                byte* one = events + (index * Syscalls.EpollEventSize);
                int token = (int)Syscalls.EpollToken(one);
                Serve(links[token], (Syscalls.EpollEvents(one) & Syscalls.EpollIn) != 0, (ulong)token);
            }
        }
    }

    private void Serve(Link link, bool isReadable, ulong token)
    {
        if (isReadable)
        {
            long got = FloorCalls.Receive(
                link.Descriptor, link.Buffer + link.Filled, link.Room - link.Filled, isDiscarded: false);
            link.Filled += (int)Math.Max(0, got);
            int whole = link.Filled / Load.RequestBytes;
            if (whole > 0)
            {
                Work(link, link.Buffer, whole);
                link.Owed += whole;
                int used = whole * Load.RequestBytes;
                link.Filled -= used;
                NativeMemory.Copy(link.Buffer + used, link.Buffer, (nuint)link.Filled);
            }
        }

        bool isBlocked = link.Owed > 0 && !TryAnswer(link);
        if (isBlocked != link.IsBlocked)
        {
            link.IsBlocked = isBlocked;
            uint interest = isBlocked ? Syscalls.EpollIn | Syscalls.EpollOut : Syscalls.EpollIn;
            Syscalls.ChangeEpoll(epoll, Syscalls.EpollChange.Modify, link.Descriptor, interest, token);
        }
    }
}
