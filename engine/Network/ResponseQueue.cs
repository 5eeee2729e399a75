namespace Millrace.Network;

/// <summary>How far a <see cref="ResponseQueue"/> got.</summary>
internal enum DrainResult
{
    /// <summary>Internal to the queue: there may be more to send.</summary>
    Continue,

    /// <summary>Nothing is left to send, or the next response is not complete.</summary>
    Idle,

    /// <summary>The socket takes no more: go on when it is writable.</summary>
    Blocked,

    /// <summary>The budget of the turn is used up: go on in the next turn.</summary>
    Yielded,

    /// <summary>The next file range is not cached: go on when it has been read.</summary>
    Cold,

    /// <summary>A response that ends the connection is sent.</summary>
    Finished,

    /// <summary>The peer is gone.</summary>
    PeerGone,

    /// <summary>A file range could not be read.</summary>
    FileFailed,
}

/// <summary>
/// The responses of one connection in request order, and their sending: bytes of as many completed responses as
/// possible in one sendmsg, file ranges by sendfile, MSG_MORE where more follows. Reactor thread only. The number of
/// slots and of bytes in memory is bounded by the connection, which stops reading.
/// </summary>
internal sealed unsafe class ResponseQueue
{
    /// <summary>Pieces of one sendmsg; the system would take 1024.</summary>
    public const int VectorsMax = 64;

    // Bytes between two probes of a cold range: the kernel reads ahead 128 KiB by default, so shorter holes are rare.
    private const int ProbeStride = 128 * 1024;

    // Bytes probed, or read by a cold reader, at once: several turns' worth.
    private const int ProbeMax = 1024 * 1024;

    private ResponseSlot? head;
    private ResponseSlot? tail;

    /// <summary>Slots that wait for completion or for sending.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of completed responses held in memory.</summary>
    public long QueuedBytes { get; private set; }

    /// <summary>Bytes given to the socket so far.</summary>
    public long SentBytes { get; private set; }

    /// <summary>The errno behind the last <see cref="DrainResult.FileFailed"/>, 0 where the file ended early.</summary>
    public int FileError { get; private set; }

    /// <summary>The range behind the last <see cref="DrainResult.Cold"/>.</summary>
    public FileRange ColdRange { get; private set; }

    public void Add(ResponseSlot slot)
    {
        if (tail is null)
        {
            head = slot;
        }
        else
        {
            tail.Next = slot;
        }

        tail = slot;
        Count++;
    }

    public void OnCompleted(ResponseSlot slot) => QueuedBytes += slot.Length;

    /// <summary>The cold range has been read: do not probe it again, however soon the kernel dropped it.</summary>
    public void OnWarmed(FileRange range)
    {
        if (head is not null)
        {
            head.CachedUntil = range.Position + range.Count;
        }
    }

    /// <summary>Sends what is complete, in order.</summary>
    public DrainResult Drain(Reactor reactor, int socket)
    {
        long budgetEnd = SentBytes + reactor.Options.TurnSendBytesMax;
        while (true)
        {
            if (RecycleSent(reactor))
            {
                return DrainResult.Finished;
            }

            if (head is null || !head.IsCompleted)
            {
                return DrainResult.Idle;
            }

            if (SentBytes >= budgetEnd)
            {
                return DrainResult.Yielded;
            }

            DrainResult result = head.IsAtFile
                ? SendFile(head, socket, budgetEnd - SentBytes)
                : SendBytes(reactor.Vectors, socket);
            if (result != DrainResult.Continue)
            {
                return result;
            }
        }
    }

    /// <summary>The client sends nothing more: tells the requests that wait.</summary>
    public void OnEndOfStream()
    {
        for (ResponseSlot? slot = head; slot is not null; slot = slot.Next)
        {
            slot.Waiter?.OnEndOfStream(slot);
        }
    }

    /// <summary>The connection is gone: frees completed slots and tells the others.</summary>
    /// <param name="keepHead">True where a thread still reads the file of the first slot.</param>
    /// <returns>The first slot where it was to be kept.</returns>
    public ResponseSlot? Abandon(Reactor reactor, bool keepHead)
    {
        ResponseSlot? kept = keepHead ? head : null;
        ResponseSlot? slot = head;
        head = null;
        tail = null;
        while (slot is not null)
        {
            ResponseSlot? next = slot.Next;
            if (slot.Abandon() && slot != kept)
            {
                reactor.Recycle(slot);
            }

            slot = next;
        }

        Count = 0;
        QueuedBytes = 0;
        return kept;
    }

    /// <summary>Takes out what is sent.</summary>
    /// <returns>True where one of them ends the connection.</returns>
    private bool RecycleSent(Reactor reactor)
    {
        while (head is { IsCompleted: true, IsSent: true } sent)
        {
            head = sent.Next;
            tail = head is null ? null : tail;
            Count--;
            QueuedBytes -= sent.Length;
            bool closes = sent.ClosesAfter;
            reactor.Recycle(sent);
            if (closes)
            {
                return true;
            }
        }

        return false;
    }

    private DrainResult SendBytes(IoVector* vectors, int socket)
    {
        long total = Gather(vectors, out int count, out bool more);
        nint sent = Syscalls.SendVectored(socket, vectors, count, more);
        if (sent < 0)
        {
            return sent == -Errno.TryAgain ? DrainResult.Blocked : DrainResult.PeerGone;
        }

        SentBytes += sent;
        long left = sent;
        for (ResponseSlot? slot = head; left > 0; slot = slot!.Next)
        {
            int taken = (int)Math.Min(left, slot!.UnsentBytes.Length);
            slot.AdvanceBytes(taken);
            left -= taken;
        }

        return sent < total ? DrainResult.Blocked : DrainResult.Continue;
    }

    /// <summary>Collects the bytes of completed responses up to the first file range.</summary>
    private long Gather(IoVector* vectors, out int count, out bool more)
    {
        long total = 0;
        count = 0;
        more = false;
        for (ResponseSlot? slot = head; slot is { IsCompleted: true }; slot = slot.Next)
        {
            ReadOnlySpan<byte> bytes = slot.UnsentBytes;
            if (bytes.Length > 0)
            {
                if (count == VectorsMax)
                {
                    more = true;
                    break;
                }

                fixed (byte* pointer = bytes)
                {
                    vectors[count++] = new IoVector { Base = pointer, Length = (nuint)bytes.Length };
                }

                total += bytes.Length;
            }

            if (slot.HasFileAhead)
            {
                more = true;
                break;
            }

            if (slot.ClosesAfter)
            {
                break;
            }
        }

        return total;
    }

    private DrainResult SendFile(ResponseSlot slot, int socket, long budget)
    {
        FileRange range = slot.UnsentFile;
        int count = (int)Math.Min(range.Count, budget);
        if (range.Position + count > slot.CachedUntil)
        {
            int probed = Math.Min(range.Count, ProbeMax);
            if (!IsCached(range.Descriptor, range.Position, probed))
            {
                ColdRange = range with { Count = probed };
                return DrainResult.Cold;
            }

            slot.CachedUntil = range.Position + probed;
        }

        nint sent = Syscalls.SendFile(socket, range.Descriptor, range.Position, count);
        if (sent <= 0)
        {
            return FileFailure((int)-sent);
        }

        SentBytes += sent;
        slot.AdvanceFile((int)sent);
        return sent < count ? DrainResult.Blocked : DrainResult.Continue;
    }

    private DrainResult FileFailure(int errno)
    {
        const int inputOutput = 5, badDescriptor = 9, invalid = 22, overflow = 75;
        FileError = errno;
        return errno switch
        {
            Errno.TryAgain => DrainResult.Blocked,
            0 or inputOutput or badDescriptor or invalid or overflow => DrainResult.FileFailed,
            _ => DrainResult.PeerGone,
        };
    }

    /// <summary>
    /// Probes the first and the last byte and those at every stride between. Where a file system knows no such probe
    /// (EOPNOTSUPP), or it fails, the range counts as cached: sendfile tells.
    /// </summary>
    private static bool IsCached(int file, long position, int count)
    {
        long last = position + count - 1;
        for (long probe = position; probe < last; probe += ProbeStride)
        {
            if (Syscalls.ProbeCached(file, probe) == -Errno.TryAgain)
            {
                return false;
            }
        }

        return Syscalls.ProbeCached(file, last) != -Errno.TryAgain;
    }
}
