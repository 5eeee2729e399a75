using System.Net.Sockets;
using System.Runtime.InteropServices;
using Millrace.Base;
using Millrace.Network;

namespace Millrace.Loadgen.Floors;

/// <summary>
/// The other side of a floor: sends requests of one size on a schedule, or as fast as answers come, and counts answers
/// of one size. One thread of its own.
/// </summary>
internal sealed unsafe class FloorClient : IDisposable
{
    private const int EventsMax = 64;
    private const int ScratchBytes = 1 << 20;
    private const int LongestWaitMs = 20;
    private const double NsPerSecond = 1e9;
    private const long NsPerMs = 1_000_000;

    private readonly FloorLoad load;
    private readonly Link[] links;
    private readonly int epoll = Syscalls.CreateEpoll();
    private readonly byte* events = (byte*)NativeMemory.Alloc(EventsMax, (nuint)Syscalls.EpollEventSize);
    private readonly byte* scratch = (byte*)NativeMemory.Alloc(ScratchBytes);
    private readonly byte* request;
    private readonly Thread thread;
    private volatile bool isStopping;
    private long sent;
    private long answered;
    private int threadId;

    public FloorClient(FloorLoad load, IReadOnlyList<Socket> sockets)
    {
        this.load = load;
        links = sockets.Select(socket => new Link { Descriptor = (int)socket.Handle }).ToArray();
        request = (byte*)NativeMemory.AllocZeroed((nuint)load.RequestBytes);
        new Random(1).NextBytes(new Span<byte>(request, load.RequestBytes));
        for (int index = 0; index < links.Length; index++)
        {
            uint interest = Syscalls.EpollIn;
            Syscalls.ChangeEpoll(epoll, Syscalls.EpollChange.Add, links[index].Descriptor, interest, (ulong)index);
        }

        thread = new Thread(Run) { Name = "floor-client", IsBackground = true };
    }

    /// <summary>Answers so far; from any thread.</summary>
    public long Answered => Volatile.Read(ref answered);

    /// <summary>The kernel's id of the thread; 0 until it runs.</summary>
    public int ThreadId => Volatile.Read(ref threadId);

    public void Start() => thread.Start();

    public void Dispose()
    {
        isStopping = true;
        thread.Join();
        Syscalls.Close(epoll);
        NativeMemory.Free(events);
        NativeMemory.Free(scratch);
        NativeMemory.Free(request);
    }

    private sealed class Link
    {
        public required int Descriptor { get; init; }

        public int Unanswered { get; set; }

        /// <summary>Bytes of the request under way that are sent.</summary>
        public int SentOfRequest { get; set; }

        public long AnswerBytes { get; set; }

        public bool IsBlocked { get; set; }
    }

    private void Run()
    {
        threadId = Measurement.CpuClock.ThisThreadId;
        long startNs = SystemClock.Instance.MonotonicNs;
        int turn = 0;
        while (!isStopping)
        {
            long dueNs = SendAllowed(startNs, turn++);
            long waitMs = Math.Clamp((dueNs - SystemClock.Instance.MonotonicNs) / NsPerMs, 0, LongestWaitMs);
            if (waitMs == 0 && load.Rate > 0)
            {
                // The next one is due within the millisecond that epoll can wait at least.
                Syscalls.WaitReadable(epoll, Math.Max(0, dueNs - SystemClock.Instance.MonotonicNs));
            }

            int count = Syscalls.WaitEpoll(epoll, events, EventsMax, load.Rate > 0 ? (int)waitMs : LongestWaitMs);
            for (int index = 0; index < count; index++)
            {
                byte* one = events + (index * Syscalls.EpollEventSize);
                Serve(links[(int)Syscalls.EpollToken(one)]);
            }
        }
    }

    /// <summary>Sends what window and schedule allow, each connection in its turn.</summary>
    /// <returns>When the next request is due.</returns>
    private long SendAllowed(long startNs, int turn)
    {
        double between = load.Rate > 0 ? NsPerSecond / load.Rate : 0;
        bool hasSent = true;
        while (hasSent)
        {
            hasSent = false;
            for (int index = 0; index < links.Length; index++)
            {
                if (startNs + (long)(sent * between) > SystemClock.Instance.MonotonicNs)
                {
                    return startNs + (long)(sent * between);
                }

                hasSent |= TrySend(links[(index + turn) % links.Length]);
            }
        }

        return SystemClock.Instance.MonotonicNs + (LongestWaitMs * NsPerMs);
    }

    private bool TrySend(Link link)
    {
        if (link.IsBlocked || link.Unanswered >= load.InFlight)
        {
            return false;
        }

        int left = load.RequestBytes - link.SentOfRequest;
        long done = FloorCalls.Send(link.Descriptor, request + link.SentOfRequest, left);
        link.SentOfRequest += (int)done;
        if (link.SentOfRequest < load.RequestBytes)
        {
            link.IsBlocked = true;
            Watch(link, Syscalls.EpollIn | Syscalls.EpollOut);
            return false;
        }

        link.SentOfRequest = 0;
        link.Unanswered++;
        sent++;
        return true;
    }

    private void Serve(Link link)
    {
        if (link.IsBlocked)
        {
            link.IsBlocked = false;
            Watch(link, Syscalls.EpollIn);
        }

        bool isLarge = load.AnswerBytes > ScratchBytes / 2;
        long got = FloorCalls.Receive(link.Descriptor, scratch, ScratchBytes, isLarge);
        link.AnswerBytes += Math.Max(0, got);
        int whole = (int)(link.AnswerBytes / load.AnswerBytes);
        link.AnswerBytes -= (long)whole * load.AnswerBytes;
        link.Unanswered -= whole;
        Volatile.Write(ref answered, answered + whole);
    }

    private void Watch(Link link, uint interest) => Syscalls.ChangeEpoll(
        epoll, Syscalls.EpollChange.Modify, link.Descriptor, interest, (ulong)Array.IndexOf(links, link));
}
