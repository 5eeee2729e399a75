namespace Millrace.Network;

/// <summary>
/// Counts the memory that incomplete frames hold over all connections of a reactor, and makes those wait that would
/// need more than there may be: per-connection bounds alone would let ten thousand clients hold ten thousand of them.
/// Reactor thread only.
/// <para>
/// Frames that each wait for the others' memory would never complete. So one connection at a time may go over the
/// bound, until its frame is complete: the most that is ever held is the bound, one frame, and the little that a
/// connection receives before it is made to wait (<see cref="ReceiveBytesWhileFull"/>).
/// </para>
/// </summary>
internal sealed class FrameMemory
{
    /// <summary>What a connection without an incomplete frame receives at once while the bound is reached.</summary>
    public const int ReceiveBytesWhileFull = 16 * 1024;

    private readonly long bytesMax;
    private readonly Queue<Connection> waiting = new();
    private Connection? overdrawn;

    public FrameMemory(long bytesMax) => this.bytesMax = bytesMax;

    /// <summary>Bytes held by incomplete frames and backlogs, in whole buffers.</summary>
    public long Bytes { get; private set; }

    public bool IsFull => Bytes >= bytesMax;

    /// <summary>Counts bytes that are held already.</summary>
    public void Add(int bytes) => Bytes += bytes;

    /// <summary>Counts bytes that a connection wants to hold besides, or has it wait for its turn.</summary>
    public bool TryAdd(Connection connection, int bytes)
    {
        if (Bytes + bytes > bytesMax)
        {
            overdrawn ??= connection;
            if (overdrawn != connection)
            {
                connection.IsStarved = true;
                waiting.Enqueue(connection);
                return false;
            }
        }

        Bytes += bytes;
        return true;
    }

    /// <summary>A connection's frame is complete or given up: its bytes are free, and others may go on.</summary>
    public void Release(Reactor reactor, Connection connection, int bytes)
    {
        Bytes -= bytes;
        overdrawn = overdrawn == connection ? null : overdrawn;
        while (waiting.Count > 0 && (!IsFull || overdrawn is null))
        {
            Connection next = waiting.Dequeue();
            next.IsStarved = false;
            if (!next.IsClosed)
            {
                reactor.Mark(next);
                if (IsFull)
                {
                    // One at a time goes over the bound, and this one has not asked yet.
                    overdrawn = next;
                }
            }
        }
    }
}
