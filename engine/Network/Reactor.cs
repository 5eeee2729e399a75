using System.Runtime.InteropServices;
using Millrace.Base;

namespace Millrace.Network;

/// <summary>
/// One thread that owns its connections: it waits for readiness with level-triggered epoll, hands frames to its
/// <see cref="IFrameHandler"/>, and sends responses. Everything here is for that thread alone, but for what says
/// otherwise. No task, no lock and, in steady state, no managed allocation; nothing that blocks.
/// </summary>
public sealed unsafe class Reactor : IDisposable
{
    private const int EventsMax = 256;
    private const int StackBytes = 1024 * 1024;

    private readonly int epoll;
    private readonly byte* events;
    private readonly PollTable table = new();
    private readonly Mailbox mailbox = new();
    private readonly WakeUp wakeUp;
    private readonly IClock clock;
    private readonly ConnectionLimits limits;
    private readonly Thread thread;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Connection?[] marked = new Connection?[64];
    private int markedCount;
    private Connection?[] continued = new Connection?[64];
    private Connection?[] continuing = new Connection?[64];
    private int continuedCount;
    private OwnedBuffer[] returnedAtTurnEnd = new OwnedBuffer[64];
    private int returnedCount;
    private ResponseSlot? freeSlots;
    private int connectionCount;
    private int ownedCount;
    private int threadId;
    private volatile bool stopsAtOnce;
    private volatile bool isDisposed;

    internal Reactor(
        int index, NetworkOptions options, IClock clock, ConnectionLimits limits, ColdReader coldReader, RefusalLog log)
    {
        Index = index;
        Options = options;
        ColdReader = coldReader;
        Log = log;
        this.clock = clock;
        this.limits = limits;
        Memory = new BufferPool(options.RetainedBytesMax);
        FrameMemory = new FrameMemory(options.FrameMemoryBytesMax);
        Receiving = new ReceiveBuffer(options.ReceiveBufferBytes);
        Vectors = (IoVector*)NativeMemory.Alloc((nuint)ResponseQueue.VectorsMax, (nuint)sizeof(IoVector));
        events = (byte*)NativeMemory.Alloc((nuint)(EventsMax * Syscalls.EpollEventSize));
        epoll = Syscalls.CreateEpoll();
        wakeUp = new WakeUp(Syscalls.CreateEventDescriptor());
        Watch(wakeUp, Syscalls.EpollIn);
        NowMs = clock.MonotonicMs;
        thread = new Thread(Run, StackBytes) { IsBackground = true, Name = $"reactor-{index}" };
    }

    /// <summary>Number of this reactor, from 0. Any thread.</summary>
    public int Index { get; }

    /// <summary>Connections that it owns or is about to take over. Any thread.</summary>
    public int ConnectionCount => Volatile.Read(ref connectionCount);

    /// <summary>The monotonic clock at the start of this turn, in milliseconds.</summary>
    public long NowMs { get; private set; }

    /// <summary>Turns so far.</summary>
    internal long TurnNumber { get; private set; }

    /// <summary>The reactor's timers: for the maximal wait of a long poll, for instance. No allocation.</summary>
    public DeadlineQueue Deadlines { get; } = new();

    /// <summary>Native memory for requests and responses. May be used from any thread.</summary>
    public BufferPool Memory { get; }

    /// <summary>True on the reactor's thread, and on every thread while it does not run.</summary>
    public bool IsOwnThread => threadId == 0 || threadId == Environment.CurrentManagedThreadId;

    /// <summary>True once a stop was asked for: no more frames are taken.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>The handler of this reactor.</summary>
    public IFrameHandler Handler { get; private set; } = null!;

    /// <summary>Completes when all connections are closed and the thread has ended.</summary>
    internal Task Ended => ended.Task;

    internal NetworkOptions Options { get; }

    internal ReceiveBuffer Receiving { get; }

    internal FrameMemory FrameMemory { get; }

    internal ColdReader ColdReader { get; }

    internal RefusalLog Log { get; }

    /// <summary>Room for the pieces of one vectored call; <see cref="ResponseQueue.VectorsMax"/> of them.</summary>
    internal IoVector* Vectors { get; }

    /// <summary>Runs an item on the reactor's thread, soon. Any thread; does not block or allocate.</summary>
    public void Post(WorkItem item)
    {
        // On its own thread, the reactor looks before it waits.
        if (mailbox.Push(item) && threadId != Environment.CurrentManagedThreadId && !isDisposed)
        {
            Syscalls.Signal(wakeUp.Descriptor);
        }
    }

    /// <summary>Has another thread do work that may wait for the disk, and runs it here after that.</summary>
    public void RunApart(ColdWork work)
    {
        work.Reactor = this;
        ColdReader.Submit(work);
    }

    /// <summary>
    /// Frees native memory and descriptors. Only after <see cref="Ended"/>, or without ever having run.
    /// </summary>
    public void Dispose()
    {
        // What was posted since the thread ended: hand-overs to refuse, file holds to release.
        RunMailbox();
        EndTurn();
        isDisposed = true;
        Syscalls.Close(wakeUp.Descriptor);
        Syscalls.Close(epoll);
        Receiving.Dispose();
        Memory.Dispose();
        NativeMemory.Free(Vectors);
        NativeMemory.Free(events);
    }

    internal void Use(IFrameHandler handler) => Handler = handler;

    internal void Start() => thread.Start();

    /// <summary>Any thread: the second stop. Connections are closed whatever they wait for.</summary>
    internal void StopAtOnce()
    {
        stopsAtOnce = true;
        Syscalls.Signal(wakeUp.Descriptor);
    }

    /// <summary>The first stop: what is in flight is answered, then each connection is closed.</summary>
    internal void BeginStop()
    {
        if (IsStopping)
        {
            return;
        }

        IsStopping = true;
        Handler.OnStopping(this);
        ForEachConnection(static connection => connection.Reactor.Mark(connection));
    }

    /// <summary>Counts a connection that was chosen for this reactor. Any thread.</summary>
    internal void CountHandedOut() => Interlocked.Increment(ref connectionCount);

    /// <summary>Takes a connection over.</summary>
    internal void Adopt(Connection connection)
    {
        ownedCount++;
        int failure = TryWatch(connection, Syscalls.EpollIn);
        Handler.OnConnected(connection);
        if (failure < 0 || IsStopping)
        {
            connection.Close(IsStopping ? CloseReason.Stopping : CloseReason.SystemFailure, -failure);
        }
        else if (!connection.IsClosed)
        {
            connection.OnAdopted();
        }
    }

    /// <summary>Lets go of a connection that is closing.</summary>
    internal void Forget(Connection connection, CloseReason reason)
    {
        table.Remove(connection);
        ownedCount--;
        Interlocked.Decrement(ref connectionCount);
        limits.Leave(connection.ListenerName, connection.PeerAddress);
        Handler.OnClosed(connection, reason);
    }

    /// <summary>Waits on a descriptor of the server's own.</summary>
    internal void Watch(Pollable pollable, uint interest)
    {
        int failure = TryWatch(pollable, interest);
        Invariant.That(failure == 0, "The kernel watches the server's own descriptors.");
    }

    internal void Unwatch(Pollable pollable)
    {
        Syscalls.ChangeEpoll(epoll, Syscalls.EpollChange.Remove, pollable.Descriptor, 0, 0);
        table.Remove(pollable);
    }

    internal void ChangeInterest(Pollable pollable, uint interest)
    {
        int failure = Syscalls.ChangeEpoll(
            epoll, Syscalls.EpollChange.Modify, pollable.Descriptor, interest, pollable.Token);
        Invariant.That(failure == 0, "The interest in a watched descriptor can be changed.");
    }

    /// <summary>Puts a connection among those that are flushed at the end of this turn.</summary>
    internal void Mark(Connection connection)
    {
        Invariant.That(IsOwnThread, "A connection is used on its reactor's thread only.");
        if (!connection.IsMarked && !connection.IsClosed)
        {
            connection.IsMarked = true;
            Append(ref marked, ref markedCount, connection);
        }
    }

    /// <summary>Puts a connection among those that go on in the next turn, which then does not wait.</summary>
    internal void ContinueNextTurn(Connection connection)
    {
        if (!connection.IsContinued)
        {
            connection.IsContinued = true;
            Append(ref continued, ref continuedCount, connection);
        }
    }

    /// <summary>Returns a buffer once the turn has ended, as frames in it may be in use until then.</summary>
    internal void ReturnAtTurnEnd(OwnedBuffer buffer)
    {
        if (!buffer.IsNone)
        {
            Append(ref returnedAtTurnEnd, ref returnedCount, buffer);
        }
    }

    internal ResponseSlot TakeSlot(Connection connection)
    {
        ResponseSlot slot = freeSlots ?? new ResponseSlot(this);
        freeSlots = slot.Next;
        slot.Next = null;
        slot.Open(connection);
        return slot;
    }

    internal void Recycle(ResponseSlot slot)
    {
        slot.Reset();
        slot.Next = freeSlots;
        freeSlots = slot;
    }

    private void Run()
    {
        threadId = Environment.CurrentManagedThreadId;
        while (!stopsAtOnce && !(IsStopping && ownedCount == 0))
        {
            Turn();
        }

        IsStopping = true;
        ForEachConnection(static connection => connection.Close(CloseReason.Stopping, 0));

        // Connections that were handed over in the last moment are closed by their adoption.
        RunMailbox();
        EndTurn();
        threadId = 0;
        ended.SetResult();
    }

    private void Turn()
    {
        int ready = Syscalls.WaitEpoll(epoll, events, EventsMax, WaitMs());
        NowMs = clock.MonotonicMs;
        TurnNumber++;
        RunMailbox();
        ContinueConnections();
        for (int index = 0; index < ready; index++)
        {
            if (Receiving.IsNearlyUsedUp)
            {
                EndTurn();
            }

            byte* readyEvent = events + (index * Syscalls.EpollEventSize);
            table.Find(Syscalls.EpollToken(readyEvent))?.OnReady(Syscalls.EpollEvents(readyEvent));
        }

        Deadlines.ExpireDue(NowMs);
        EndTurn();
    }

    /// <summary>How long to wait for readiness: not at all where work is left, for ever where nothing is due.</summary>
    private int WaitMs()
    {
        if (continuedCount > 0 || markedCount > 0 || stopsAtOnce || !mailbox.IsEmpty)
        {
            return 0;
        }

        long due = Deadlines.NextDueMs;
        return due == long.MaxValue ? -1 : (int)Math.Clamp(due - clock.MonotonicMs, 0, int.MaxValue);
    }

    private void RunMailbox()
    {
        WorkItem? item = mailbox.TakeAll();
        while (item is not null)
        {
            WorkItem? next = item.Next;
            item.Next = null;
            item.MarkTaken();
            item.Run(this);
            item = next;
        }
    }

    private void ContinueConnections()
    {
        (continued, continuing) = (continuing, continued);
        int count = continuedCount;
        continuedCount = 0;
        for (int index = 0; index < count; index++)
        {
            Connection connection = continuing[index]!;
            continuing[index] = null;
            connection.IsContinued = false;
            connection.Continue();
        }
    }

    /// <summary>
    /// The room above writes out what it took, responses are sent, and only then is the memory of the frames used
    /// again.
    /// </summary>
    private void EndTurn()
    {
        Handler.OnTurnEnd(this);

        // Closing one connection can complete responses of others: the list may grow while it is walked.
        for (int index = 0; index < markedCount; index++)
        {
            Connection connection = marked[index]!;
            marked[index] = null;
            connection.IsMarked = false;
            connection.Flush();
        }

        markedCount = 0;
        for (int index = 0; index < returnedCount; index++)
        {
            returnedAtTurnEnd[index].Return();
            returnedAtTurnEnd[index] = default;
        }

        returnedCount = 0;
        Receiving.Clear();
    }

    private int TryWatch(Pollable pollable, uint interest)
    {
        table.Add(pollable);
        return Syscalls.ChangeEpoll(epoll, Syscalls.EpollChange.Add, pollable.Descriptor, interest, pollable.Token);
    }

    private void ForEachConnection(Action<Connection> act)
    {
        for (int index = 0; index < table.Used; index++)
        {
            if (table.At(index) is Connection connection)
            {
                act(connection);
            }
        }
    }

    private static void Append<T>(ref T[] list, ref int count, T item)
    {
        if (count == list.Length)
        {
            Array.Resize(ref list, count * 2);
        }

        list[count++] = item;
    }

    /// <summary>What other threads make ready to end the wait.</summary>
    private sealed class WakeUp : Pollable
    {
        public WakeUp(int descriptor) => Descriptor = descriptor;

        internal override void OnReady(uint events) => Syscalls.ClearSignal(Descriptor);
    }
}
