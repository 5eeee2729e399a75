using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Millrace.Network;

/// <summary>
/// The system calls as the reactors use them: a count of at least 0, or the negated errno. An interrupted call is
/// repeated here, so that nobody else ever sees EINTR. Any thread.
/// </summary>
internal static unsafe class Syscalls
{
    public const uint EpollIn = 0x001;
    public const uint EpollOut = 0x004;
    public const uint EpollError = 0x008;
    public const uint EpollHangUp = 0x010;

    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int MessageDontWait = 0x40;
    private const int MessageNoSignal = 0x4000;
    private const int MessageMore = 0x8000;
    private const int ReadNoWait = 0x8;
    private const int BrokenPipeSignal = 13;
    private const int ShutdownWrite = 1;

    /// <summary>
    /// Bytes of one <c>struct epoll_event</c>: packed on x86-64 alone, where the 64-bit token follows at offset 4.
    /// </summary>
    public static readonly int EpollEventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static readonly int EpollTokenOffset = EpollEventSize - sizeof(ulong);

    public enum EpollChange
    {
        Add = 1,
        Remove = 2,
        Modify = 3,
    }

    public static uint EpollEvents(byte* epollEvent) => Unsafe.ReadUnaligned<uint>(epollEvent);

    public static ulong EpollToken(byte* epollEvent) => Unsafe.ReadUnaligned<ulong>(epollEvent + EpollTokenOffset);

    public static int CreateEpoll() => OrThrow(Libc.EpollCreate(CloseOnExec), "epoll_create1");

    public static int CreateEventDescriptor() =>
        OrThrow(Libc.EventDescriptor(0, CloseOnExec | NonBlocking), "eventfd");

    /// <returns>0, or the negated errno.</returns>
    public static int ChangeEpoll(int epoll, EpollChange change, int descriptor, uint events, ulong token)
    {
        byte* epollEvent = stackalloc byte[16];
        Unsafe.WriteUnaligned(epollEvent, events);
        Unsafe.WriteUnaligned(epollEvent + EpollTokenOffset, token);
        return OrError(Libc.EpollControl(epoll, (int)change, descriptor, epollEvent));
    }

    /// <summary>Waits for readiness.</summary>
    /// <returns>Events collected; 0 also where a signal cut the wait short.</returns>
    public static int WaitEpoll(int epoll, byte* events, int eventsMax, int timeoutMs)
    {
        int count = OrError(Libc.EpollWait(epoll, events, eventsMax, timeoutMs));
        if (count >= 0 || count == -Errno.Interrupted)
        {
            return Math.Max(count, 0);
        }

        throw Failure(-count, "epoll_wait");
    }

    /// <summary>Makes an event descriptor readable.</summary>
    public static void Signal(int eventDescriptor)
    {
        ulong one = 1;
        while (OrError((int)Libc.Write(eventDescriptor, (byte*)&one, sizeof(ulong))) == -Errno.Interrupted)
        {
        }
    }

    /// <summary>Makes an event descriptor unreadable again.</summary>
    public static void ClearSignal(int eventDescriptor)
    {
        ulong count;
        while (OrError((int)Libc.Read(eventDescriptor, (byte*)&count, sizeof(ulong))) == -Errno.Interrupted)
        {
        }
    }

    public static nint Receive(int socket, byte* buffer, int length)
    {
        nint received;
        do
        {
            received = OrError(Libc.Receive(socket, buffer, (nuint)length, MessageDontWait));
        }
        while (received == -Errno.Interrupted);
        return received;
    }

    public static nint ReceiveVectored(int socket, IoVector* vectors, int count)
    {
        nint received;
        do
        {
            received = OrError(Libc.ReadVectored(socket, vectors, count));
        }
        while (received == -Errno.Interrupted);
        return received;
    }

    /// <summary>Sends the pieces as one; never raises SIGPIPE.</summary>
    /// <param name="more">
    /// True where the next bytes follow at once, so that the kernel need not push a short segment.
    /// </param>
    public static nint SendVectored(int socket, IoVector* vectors, int count, bool more)
    {
        MessageHeader message = new() { Vectors = vectors, VectorCount = (nuint)count };
        int flags = MessageDontWait | MessageNoSignal | (more ? MessageMore : 0);
        nint sent;
        do
        {
            sent = OrError(Libc.SendMessage(socket, &message, flags));
        }
        while (sent == -Errno.Interrupted);
        return sent;
    }

    /// <summary>Sends a range of a file without copying it through this process.</summary>
    /// <returns>Bytes taken by the socket; 0 where the file ends at or before the position.</returns>
    public static nint SendFile(int socket, int file, long position, int count)
    {
        nint sent;
        do
        {
            sent = OrError(Libc.SendFile(socket, file, &position, (nuint)count));
        }
        while (sent == -Errno.Interrupted);
        return sent;
    }

    /// <summary>Reads one byte if that needs no disk: 0.6 us measured.</summary>
    /// <returns>1, 0 at the end of the file, or the negated errno: EAGAIN for a page that is not cached.</returns>
    public static nint ProbeCached(int file, long position)
    {
        byte probed;
        IoVector vector = new() { Base = &probed, Length = 1 };
        return OrError(Libc.ReadVectoredAt(file, &vector, 1, position, ReadNoWait));
    }

    /// <summary>Reads from a file; blocks while the disk does.</summary>
    public static nint ReadAt(int file, byte* buffer, int length, long position)
    {
        nint read;
        do
        {
            read = OrError(Libc.ReadAt(file, buffer, (nuint)length, position));
        }
        while (read == -Errno.Interrupted);
        return read;
    }

    /// <summary>Takes one connection from a listening socket, non-blocking and closed on exec.</summary>
    public static int Accept(int listener, out NetworkAddress peer)
    {
        byte* address = stackalloc byte[NetworkAddress.RawSizeMax];
        uint length = NetworkAddress.RawSizeMax;
        int accepted;
        do
        {
            accepted = OrError(Libc.Accept(listener, address, &length, CloseOnExec | NonBlocking));
        }
        while (accepted == -Errno.Interrupted);
        peer = accepted >= 0 ? NetworkAddress.FromRaw(new ReadOnlySpan<byte>(address, (int)length)) : default;
        return accepted;
    }

    /// <summary>
    /// The address that the socket is bound to: for a connection, the one that its client connected to.
    /// </summary>
    public static NetworkAddress LocalAddress(int socket)
    {
        byte* address = stackalloc byte[NetworkAddress.RawSizeMax];
        uint length = NetworkAddress.RawSizeMax;
        return OrError(Libc.GetSocketName(socket, address, &length)) < 0
            ? default
            : NetworkAddress.FromRaw(new ReadOnlySpan<byte>(address, (int)length));
    }

    /// <summary>Bytes given to a socket that its peer has not acknowledged: TIOCOUTQ, tcp(7).</summary>
    public static int UnacknowledgedBytes(int socket)
    {
        const nuint outQueue = 0x5411;
        int bytes = 0;
        Libc.Control(socket, outQueue, &bytes);
        return bytes;
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public static void ShutdownSend(int socket) => Libc.Shutdown(socket, ShutdownWrite);

    /// <summary>
    /// Closes once: Linux frees the descriptor even where close answers an error, so it is never repeated.
    /// </summary>
    public static void Close(int descriptor) => Libc.Close(descriptor);

    /// <summary>A descriptor that is good for nothing but being closed when none is left.</summary>
    public static int OpenReserve() => OrError(Libc.Open("/dev/null", CloseOnExec));

    /// <summary>Descriptors that this process may have; their numbers are below it.</summary>
    public static int DescriptorsMax()
    {
        const int resource = 7;
        ulong* softAndHard = stackalloc ulong[2];
        OrThrow(Libc.GetResourceLimit(resource, softAndHard), "getrlimit");
        return (int)Math.Min(softAndHard[0], int.MaxValue);
    }

    /// <summary>sendfile(2) has no flag against SIGPIPE, so the signal is ignored for the process.</summary>
    public static void IgnoreBrokenPipe() => Libc.Signal(BrokenPipeSignal, 1);

    public static int CreateStreamSocket(int family)
    {
        const int stream = 1;
        return OrError(Libc.Socket(family, stream | CloseOnExec | NonBlocking, 0));
    }

    public static int SetOption(int socket, int level, int name, int value) =>
        OrError(Libc.SetSocketOption(socket, level, name, &value, sizeof(int)));

    public static int Bind(int socket, ReadOnlySpan<byte> address)
    {
        fixed (byte* pointer = address)
        {
            return OrError(Libc.Bind(socket, pointer, (uint)address.Length));
        }
    }

    /// <summary>Begins a connection.</summary>
    /// <returns>0, or the negated errno: EINPROGRESS where the socket becomes writable once it is there.</returns>
    public static int Connect(int socket, NetworkAddress address)
    {
        int family = address.IsIPv4 ? NetworkAddress.FamilyIPv4 : NetworkAddress.FamilyIPv6;
        Span<byte> raw = stackalloc byte[NetworkAddress.RawSizeMax];
        int length = address.WriteRaw(raw, family);
        fixed (byte* pointer = raw)
        {
            return OrError(Libc.Connect(socket, pointer, (uint)length));
        }
    }

    /// <summary>What became of a connection that was begun: 0, or an errno that is not negated.</summary>
    public static int PendingError(int socket)
    {
        const int socketLevel = 1, errorOption = 4;
        int error = 0;
        uint length = sizeof(int);
        return OrError(Libc.GetSocketOption(socket, socketLevel, errorOption, &error, &length)) is var result and < 0
            ? -result
            : error;
    }

    /// <summary>
    /// Waits until a descriptor is readable, to the nanosecond where epoll_wait(2) knows milliseconds alone.
    /// </summary>
    public static void WaitReadable(int descriptor, long timeoutNs)
    {
        const short readable = 1;
        PollDescriptor poll = new() { Descriptor = descriptor, Events = readable };
        long* timeout = stackalloc long[2];
        (timeout[0], timeout[1]) = Math.DivRem(timeoutNs, 1_000_000_000);
        int result = OrError(Libc.Poll(&poll, 1, timeout, null));
        if (result < 0 && result != -Errno.Interrupted)
        {
            throw Failure(-result, "ppoll");
        }
    }

    /// <summary>
    /// Has the kernel wake this thread when its timers are due, and not up to 50 us later to save power: prctl(2),
    /// PR_SET_TIMERSLACK.
    /// </summary>
    public static void WakeOnTime()
    {
        const int setTimerSlack = 29;
        Libc.ProcessControl(setTimerSlack, 1, 0, 0, 0);
    }

    /// <summary>
    /// Lets other threads run before this one: setpriority(2), which on Linux is for the calling thread alone.
    /// </summary>
    public static void GiveWay()
    {
        const int ofProcess = 0, nice = 10;
        Libc.SetPriority(ofProcess, 0, nice);
    }

    public static int Listen(int socket, int backlog) => OrError(Libc.Listen(socket, backlog));

    public static Win32Exception Failure(int errno, string what) =>
        new(errno, $"{what}: {Marshal.GetPInvokeErrorMessage(errno)}");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int OrError(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint OrError(nint result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    private static int OrThrow(int result, string what) =>
        result >= 0 ? result : throw Failure(Marshal.GetLastPInvokeError(), what);
}
