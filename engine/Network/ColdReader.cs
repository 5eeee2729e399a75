using System.Runtime.InteropServices;

namespace Millrace.Network;

/// <summary>
/// A file range to be read into the page cache on behalf of one connection. One per connection at most, so what waits
/// is bounded by the number of connections. Posted back to the connection's reactor when done.
/// </summary>
internal sealed class ColdRead : WorkItem
{
    private readonly Connection connection;

    public ColdRead(Connection connection) => this.connection = connection;

    public FileRange Range { get; set; }

    /// <summary>The slot that holds the file open, where the connection went while the file was read.</summary>
    public ResponseSlot? KeptSlot { get; set; }

    public ColdRead? NextQueued { get; set; }

    public Reactor Reactor => connection.Reactor;

    protected internal override void Run(Reactor reactor)
    {
        if (KeptSlot is not null)
        {
            reactor.Recycle(KeptSlot);
            KeptSlot = null;
            return;
        }

        connection.OnWarmed(this);
    }
}

/// <summary>
/// Threads that read cold file ranges, so that no reactor ever waits for a disk: a sendfile of cold pages would block
/// every connection of its reactor for the time of a disk read (0.9 ms mean, 3.4 ms worst for 1 MiB, measured). They
/// start with the server, as a thread cannot be started once descriptors are exhausted. <see cref="Submit"/> from any
/// thread.
/// </summary>
internal sealed unsafe class ColdReader
{
    private const int ScratchBytes = 256 * 1024;
    private const int StackBytes = 256 * 1024;

    private readonly object gate = new();
    private readonly int threadCount;
    private readonly List<Thread> threads = [];
    private ColdRead? oldest;
    private ColdRead? newest;
    private long readCount;
    private bool stopping;

    public ColdReader(int threadCount) => this.threadCount = threadCount;

    /// <summary>Ranges read so far. Any thread.</summary>
    public long ReadCount => Volatile.Read(ref readCount);

    /// <summary>Starts the threads.</summary>
    public void Start()
    {
        for (int index = 0; index < threadCount; index++)
        {
            Thread thread = new(Run, StackBytes) { IsBackground = true, Name = $"cold-reader-{index}" };
            threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Reads the range of the item and posts the item to its reactor.</summary>
    public void Submit(ColdRead read)
    {
        lock (gate)
        {
            read.NextQueued = null;
            if (newest is null)
            {
                oldest = read;
            }
            else
            {
                newest.NextQueued = read;
            }

            newest = read;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Ends the threads once what is queued has been read, and waits for that.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }

        threads.ForEach(thread => thread.Join());
    }

    private void Run()
    {
        // A reactor that shares its processor goes first: clients that wait for a disk wait anyway.
        Syscalls.GiveWay();
        byte* scratch = (byte*)NativeMemory.AlignedAlloc(ScratchBytes, 4096);
        while (Take() is { } read)
        {
            ReadThrough(read.Range, scratch);
            Interlocked.Increment(ref readCount);
            read.Reactor.Post(read);
        }

        NativeMemory.AlignedFree(scratch);
    }

    private ColdRead? Take()
    {
        lock (gate)
        {
            while (oldest is null)
            {
                if (stopping)
                {
                    return null;
                }

                Monitor.Wait(gate);
            }

            ColdRead taken = oldest;
            oldest = taken.NextQueued;
            newest = oldest is null ? null : newest;
            taken.NextQueued = null;
            return taken;
        }
    }

    /// <summary>
    /// Reads and forgets. An error is not told: the sendfile that follows meets it again and tells it.
    /// </summary>
    private static void ReadThrough(FileRange range, byte* scratch)
    {
        long end = range.Position + range.Count;
        long position = range.Position;
        while (position < end)
        {
            nint read = Syscalls.ReadAt(
                range.Descriptor, scratch, (int)Math.Min(ScratchBytes, end - position), position);
            if (read <= 0)
            {
                return;
            }

            position += read;
        }
    }
}
