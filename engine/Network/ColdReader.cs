using System.Runtime.InteropServices;

namespace Millrace.Network;

/// <summary>
/// Work of a reactor that may have to wait for the disk: done by a thread of the <see cref="ColdReader"/>, which then
/// posts it back to its reactor. Not to be given out again before it has run there.
/// </summary>
public abstract class ColdWork : WorkItem
{
    internal Reactor Reactor { get; set; } = null!;

    internal ColdWork? NextQueued { get; set; }

    /// <summary>The part that may wait. On a thread that is not the reactor's.</summary>
    /// <param name="scratch">Memory of that thread.</param>
    protected internal abstract void RunApart(Span<byte> scratch);
}

/// <summary>
/// A file range to be read into the page cache on behalf of one connection. One per connection at most, so what waits
/// is bounded by the number of connections.
/// </summary>
internal sealed unsafe class ColdRead(Connection connection) : ColdWork
{
    public FileRange Range { get; set; }

    /// <summary>The slot that holds the file open, where the connection went while the file was read.</summary>
    public ResponseSlot? KeptSlot { get; set; }

    /// <summary>
    /// Reads and forgets. An error is not told: the sendfile that follows meets it again and tells it.
    /// </summary>
    protected internal override void RunApart(Span<byte> scratch)
    {
        long end = Range.Position + Range.Count;
        long position = Range.Position;
        fixed (byte* start = scratch)
        {
            while (position < end)
            {
                nint read = Syscalls.ReadAt(
                    Range.Descriptor, start, (int)Math.Min(scratch.Length, end - position), position);
                if (read <= 0)
                {
                    return;
                }

                position += read;
            }
        }
    }

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
/// Threads that read what is cold, so that no reactor ever waits for a disk: a sendfile of cold pages would block every
/// connection of its reactor for the time of a disk read (0.9 ms mean, 3.4 ms worst for 1 MiB, measured). They start
/// with the server, as a thread cannot be started once descriptors are exhausted. <see cref="Submit"/> from any thread.
/// </summary>
internal sealed unsafe class ColdReader
{
    private const int ScratchBytes = 256 * 1024;
    private const int StackBytes = 256 * 1024;

    private readonly object gate = new();
    private readonly int threadCount;
    private readonly List<Thread> threads = [];
    private ColdWork? oldest;
    private ColdWork? newest;
    private long doneCount;
    private bool stopping;

    public ColdReader(int threadCount) => this.threadCount = threadCount;

    /// <summary>Pieces of work done so far. Any thread.</summary>
    public long DoneCount => Volatile.Read(ref doneCount);

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

    /// <summary>Does the work and posts it to its reactor.</summary>
    public void Submit(ColdWork work)
    {
        lock (gate)
        {
            work.NextQueued = null;
            if (newest is null)
            {
                oldest = work;
            }
            else
            {
                newest.NextQueued = work;
            }

            newest = work;
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
        while (Take() is { } work)
        {
            work.RunApart(new Span<byte>(scratch, ScratchBytes));
            Interlocked.Increment(ref doneCount);
            work.Reactor.Post(work);
        }

        NativeMemory.AlignedFree(scratch);
    }

    private ColdWork? Take()
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

            ColdWork taken = oldest;
            oldest = taken.NextQueued;
            newest = oldest is null ? null : newest;
            taken.NextQueued = null;
            return taken;
        }
    }
}
