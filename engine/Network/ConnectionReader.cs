using Millrace.Base;

namespace Millrace.Network;

/// <summary>How a receive ended.</summary>
internal enum ReadResult
{
    /// <summary>The budget may allow another receive.</summary>
    More,

    /// <summary>The socket has nothing more for now, or this turn takes no more from it.</summary>
    Done,

    /// <summary>The peer sends nothing more.</summary>
    EndOfStream,

    /// <summary>The connection is broken.</summary>
    Broken,

    /// <summary>The connection was closed while its frames were handled.</summary>
    Closed,
}

/// <summary>
/// The receiving side of one connection: takes bytes into the reactor's shared buffer, hands complete frames on where
/// they lie, and keeps what is left over. Reactor thread only.
/// <para>
/// Memory of its own is rented only while something is left over: either one incomplete frame, whose buffer grows with
/// the bytes that arrived (at most <see cref="GrowthFactor"/> times them, whatever the frame declares) and is then
/// received straight into; or a backlog of whole frames, where the turn's budget or a bound of the connection stopped
/// the parsing.
/// </para>
/// </summary>
internal sealed unsafe class ConnectionReader
{
    // Measured: no connection may receive more than four times in one turn, or the others starve.
    private const int ReceivesPerTurnMax = 4;

    // With a factor of two, a 1 MiB frame is copied almost once more; with four, the quarter in the shared buffer is.
    private const int GrowthFactor = 4;

    private readonly Connection connection;

    // What is left over: buffer[start..end]. frameBytes is the full size of the incomplete frame there with its length,
    // 0 where not even the length is complete.
    private OwnedBuffer buffer;
    private int start;
    private int end;
    private int frameBytes;
    private long turn = -1;
    private int framesLeft;

    public ConnectionReader(Connection connection) => this.connection = connection;

    /// <summary>True where whole frames wait for the connection to take them.</summary>
    public bool HasBacklog { get; private set; }

    /// <summary>True where a frame has begun to arrive and is not complete.</summary>
    public bool HasPartialFrame => end > start && !HasBacklog;

    /// <summary>Bytes of the incomplete frame that have arrived.</summary>
    public int PartialBytes => end - start;

    /// <summary>When the incomplete frame began, in milliseconds of the reactor's clock.</summary>
    public long PartialSinceMs { get; private set; }

    /// <summary>Bytes received so far.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Receives and hands on frames until the socket is empty or the turn's budget is used up.</summary>
    public ReadResult Receive(Reactor reactor)
    {
        BeginTurn(reactor);
        long budgetEnd = ReceivedBytes + reactor.Options.TurnBytesMax;
        for (int receives = 0; receives < ReceivesPerTurnMax; receives++)
        {
            if (ReceivedBytes >= budgetEnd || HasBacklog || !connection.TakesFrames)
            {
                return ReadResult.Done;
            }

            if (receives > 0 && reactor.Receiving.IsNearlyUsedUp)
            {
                return ReadResult.Done;
            }

            ReadResult result = frameBytes > 0 ? ReceiveIntoPartial(reactor) : ReceiveShared(reactor);
            if (result != ReadResult.More)
            {
                return result;
            }
        }

        return ReadResult.Done;
    }

    /// <summary>Hands on frames that were received in an earlier turn.</summary>
    public void TakeBacklog(Reactor reactor)
    {
        BeginTurn(reactor);
        start += Parse(reactor, buffer.Pointer + start, end - start, out bool stopped);
        if (connection.IsClosed || stopped)
        {
            return;
        }

        // Frames handed on from this buffer stay valid until the turn ends: the rest moves, the buffer does not.
        OwnedBuffer handedOn = buffer;
        int rest = end - start;
        int restStart = start;
        Forget();
        KeepRest(reactor, handedOn.Pointer + restStart, rest, stopped: false);
        reactor.ReturnAtTurnEnd(handedOn);
    }

    /// <summary>Gives the buffer back once the turn has ended, when frames in it may no longer be in use.</summary>
    public void Release(Reactor reactor)
    {
        reactor.ReturnAtTurnEnd(buffer);
        Forget();
    }

    /// <summary>A backlog and fresh input share the budget of a turn.</summary>
    private void BeginTurn(Reactor reactor)
    {
        if (turn != reactor.TurnNumber)
        {
            turn = reactor.TurnNumber;
            framesLeft = reactor.Options.TurnFramesMax;
        }
    }

    private ReadResult ReceiveShared(Reactor reactor)
    {
        byte* free = reactor.Receiving.Free;
        int kept = end - start;
        if (kept > 0)
        {
            // At most three bytes of a length: joined with what follows them.
            new ReadOnlySpan<byte>(buffer.Pointer + start, kept).CopyTo(new Span<byte>(free, kept));
        }

        int wished = reactor.Receiving.Room - kept;
        if (reactor.FrameMemory.IsFull)
        {
            wished = Math.Min(wished, FrameMemory.ReceiveBytesWhileFull);
        }

        nint received = Syscalls.Receive(connection.Descriptor, free + kept, wished);
        if (received <= 0)
        {
            return Ending(received);
        }

        ReceivedBytes += received;
        if (kept > 0)
        {
            buffer.Return();
            Forget();
        }

        return TakeShared(reactor, free, kept + (int)received, received == wished);
    }

    /// <summary>Receives the rest of a frame into its own buffer, and what follows it into the shared one.</summary>
    private ReadResult ReceiveIntoPartial(Reactor reactor)
    {
        if (end == buffer.Length && !TryGrow(reactor))
        {
            return ReadResult.Done;
        }

        int own = Math.Min(frameBytes, buffer.Length) - end;
        bool reachesEnd = frameBytes <= buffer.Length;
        byte* free = reactor.Receiving.Free;
        int shared = reachesEnd ? reactor.Receiving.Room : 0;
        IoVector* vectors = reactor.Vectors;
        vectors[0] = new IoVector { Base = buffer.Pointer + end, Length = (nuint)own };
        vectors[1] = new IoVector { Base = free, Length = (nuint)shared };
        nint received = Syscalls.ReceiveVectored(connection.Descriptor, vectors, reachesEnd ? 2 : 1);
        if (received <= 0)
        {
            return Ending(received);
        }

        ReceivedBytes += received;
        end += (int)Math.Min(received, own);
        if (end < frameBytes)
        {
            return received == own ? ReadResult.More : ReadResult.Done;
        }

        OwnedBuffer frame = buffer;
        int frameSize = frameBytes - FrameReader.LengthSize;
        Forget();
        reactor.ReturnAtTurnEnd(frame);
        framesLeft--;
        connection.Deliver(new Span<byte>(frame.Pointer + FrameReader.LengthSize, frameSize));
        return TakeShared(reactor, free, (int)received - own, received == own + shared);
    }

    private ReadResult TakeShared(Reactor reactor, byte* received, int count, bool mayHaveMore)
    {
        if (connection.IsClosed)
        {
            return ReadResult.Closed;
        }

        int taken = Parse(reactor, received, count, out bool stopped);
        reactor.Receiving.Keep(taken);
        if (connection.IsClosed)
        {
            return ReadResult.Closed;
        }

        KeepRest(reactor, received + taken, count - taken, stopped);
        return mayHaveMore && !stopped ? ReadResult.More : ReadResult.Done;
    }

    /// <summary>Hands on the whole frames at the front of the bytes.</summary>
    /// <param name="stopped">True where a whole frame may be left, as the connection takes no more for now.</param>
    /// <returns>Bytes handed on.</returns>
    private int Parse(Reactor reactor, byte* bytes, int count, out bool stopped)
    {
        int taken = 0;
        stopped = false;
        while (taken < count)
        {
            if (framesLeft == 0 || !connection.TakesFrames)
            {
                stopped = true;
                break;
            }

            ReadOnlySpan<byte> rest = new(bytes + taken, count - taken);
            FrameStatus status = FrameReader.TryRead(rest, connection.FrameBytesMax, out int declared);
            if (status == FrameStatus.Incomplete)
            {
                break;
            }

            if (status != FrameStatus.Complete)
            {
                bool tooLarge = status == FrameStatus.TooLarge;
                connection.Close(tooLarge ? CloseReason.FrameTooLarge : CloseReason.FrameLengthInvalid, declared);
                break;
            }

            byte* frame = bytes + taken + FrameReader.LengthSize;
            taken += FrameReader.LengthSize + declared;
            framesLeft--;
            connection.Deliver(new Span<byte>(frame, declared));
            if (connection.IsClosed)
            {
                break;
            }
        }

        if (stopped && framesLeft == 0)
        {
            reactor.ContinueNextTurn(connection);
        }

        return taken;
    }

    /// <summary>Copies what was not handed on out of memory that the end of the turn takes away.</summary>
    private void KeepRest(Reactor reactor, byte* rest, int count, bool stopped)
    {
        if (count == 0)
        {
            return;
        }

        int wanted = count;
        if (!stopped)
        {
            FrameReader.TryRead(new ReadOnlySpan<byte>(rest, count), int.MaxValue, out int declared);
            frameBytes = declared < 0 ? 0 : declared + FrameReader.LengthSize;
            wanted = declared < 0 || reactor.FrameMemory.IsFull ? count : GrownCapacity(count);
            PartialSinceMs = reactor.NowMs;
        }

        HasBacklog = stopped;
        buffer = reactor.Memory.Rent(wanted);
        reactor.FrameMemory.Add(wanted);
        new ReadOnlySpan<byte>(rest, count).CopyTo(new Span<byte>(buffer.Pointer, count));
        start = 0;
        end = count;
        connection.OnLeftover();
    }

    private bool TryGrow(Reactor reactor)
    {
        int wanted = GrownCapacity(end);
        if (!reactor.FrameMemory.TryAdd(connection, wanted - buffer.Length))
        {
            return false;
        }

        OwnedBuffer larger = reactor.Memory.Rent(wanted);
        new ReadOnlySpan<byte>(buffer.Pointer, end).CopyTo(new Span<byte>(larger.Pointer, end));
        buffer.Return();
        buffer = larger;
        return true;
    }

    private int GrownCapacity(int arrived) =>
        (int)Math.Min(frameBytes, Math.Max(Limits.PooledBufferBytesMin, (long)arrived * GrowthFactor));

    private void Forget()
    {
        if (!buffer.IsNone)
        {
            connection.Reactor.FrameMemory.Release(connection.Reactor, connection, buffer.Length);
        }

        buffer = default;
        start = 0;
        end = 0;
        frameBytes = 0;
        HasBacklog = false;
    }

    private static ReadResult Ending(nint received) => received switch
    {
        0 => ReadResult.EndOfStream,
        -Errno.TryAgain => ReadResult.Done,
        _ => ReadResult.Broken,
    };
}
