using Millrace.Base;

namespace Millrace.Network;

/// <summary>
/// One client's socket: its identity, what the room above keeps with it, and the rules by which it is read, answered
/// and ended. Owned by one reactor from its adoption to its closing, and touched on that reactor's thread only.
/// <para>
/// Life: open -> (peer sends no more: answers what is in flight) or (a response ends it: lingers until the peer has
/// read it) -> closed. It stops reading, and so lets the kernel push back on the client, while too many requests are in
/// flight, too many response bytes wait in memory, or the room above has muted it.
/// </para>
/// </summary>
public sealed class Connection : Pollable
{
    private readonly Listener listener;
    private readonly ConnectionReader reader;
    private readonly ResponseQueue responses = new();
    private readonly Watchdog watchdog;
    private ColdRead? coldRead;
    private NetworkAddress localAddress;
    private uint interest;
    private CloseReason lingerReason;
    private long lingerUntilMs = long.MaxValue;
    private long lastActivityMs;
    private bool isMuted;
    private bool isAtEndOfStream;
    private bool isColdReading;

    // Since when the socket takes nothing, and what the two directions had moved when their clients were last looked
    // at.
    private bool isSendBlocked;
    private long blockedSinceMs;
    private long sentAtLook;
    private long partialLookMs;
    private long receivedAtLook;

    internal Connection(Reactor reactor, Listener listener, int descriptor, NetworkAddress peer)
    {
        Reactor = reactor;
        Descriptor = descriptor;
        PeerAddress = peer;
        FrameBytesMax = reactor.Options.FrameBytesMax;
        this.listener = listener;
        reader = new ConnectionReader(this);
        watchdog = new Watchdog(this);
    }

    /// <summary>The reactor that owns it. Any thread may read it.</summary>
    public Reactor Reactor { get; }

    /// <summary>For the room above: whatever it keeps per connection.</summary>
    public object? Session { get; set; }

    /// <summary>The client's address.</summary>
    public NetworkAddress PeerAddress { get; }

    /// <summary>The address that the client connected to; asked of the kernel once.</summary>
    public NetworkAddress LocalAddress
    {
        get
        {
            if (localAddress == default && !IsClosed)
            {
                localAddress = Syscalls.LocalAddress(Descriptor);
            }

            return localAddress;
        }
    }

    /// <summary>Name of the listener that it came by.</summary>
    public string ListenerName => listener.Name;

    /// <summary>
    /// Largest frame taken from this client, in bytes without the length. The room above lowers it until the client is
    /// authenticated (at most 512 KiB, CVE-2022-34917), and raises it again.
    /// </summary>
    public int FrameBytesMax { get; set; }

    public bool IsClosed { get; private set; }

    /// <summary>Requests whose response is not yet sent.</summary>
    public int InFlight => responses.Count;

    /// <summary>Bytes of complete responses that wait in memory to be sent.</summary>
    public long QueuedBytes => responses.QueuedBytes;

    /// <summary>Bytes received from the client so far.</summary>
    public long ReceivedBytes => reader.ReceivedBytes;

    /// <summary>Bytes of responses given to the kernel so far.</summary>
    public long SentBytes => responses.SentBytes;

    /// <summary>True while whole frames may be handed on.</summary>
    internal bool TakesFrames => !IsClosed && !isMuted && !IsStarved && !isAtEndOfStream && !IsLingering
        && !Reactor.IsStopping
        && responses.Count < Reactor.Options.InFlightMax && responses.QueuedBytes < Reactor.Options.QueuedBytesMax;

    /// <summary>True while its frame waits for memory that the frames of others hold.</summary>
    internal bool IsStarved { get; set; }

    /// <summary>Set while the connection is in the reactor's list of those to be flushed.</summary>
    internal bool IsMarked { get; set; }

    /// <summary>Set while the connection is in the reactor's list of those to be continued in the next turn.</summary>
    internal bool IsContinued { get; set; }

    /// <summary>
    /// What the client's side has taken. Not what the socket has: with a send buffer of megabytes it becomes writable
    /// so rarely that a slow but honest client would seem to stand still.
    /// </summary>
    private long AcknowledgedBytes => responses.SentBytes - Syscalls.UnacknowledgedBytes(Descriptor);

    private bool IsLingering => lingerReason != CloseReason.None;

    /// <summary>
    /// Takes no further frame until <see cref="Unmute"/>: a quota's throttling, or a request that must be alone.
    /// </summary>
    public void Mute()
    {
        isMuted = true;
        Reactor.Mark(this);
    }

    /// <summary>Takes frames again.</summary>
    public void Unmute()
    {
        isMuted = false;
        Reactor.Mark(this);
    }

    /// <summary>
    /// Closes at once. Responses that wait are dropped; open slots still have to be completed by their owners.
    /// </summary>
    public void Close() => Close(CloseReason.Requested, 0);

    /// <param name="detail">The number for the log that belongs to the reason.</param>
    internal void Close(CloseReason reason, long detail)
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        Reactor.Deadlines.Cancel(watchdog);
        reader.Release(Reactor);
        ResponseSlot? kept = responses.Abandon(Reactor, keepHead: isColdReading);
        if (kept is not null)
        {
            coldRead!.KeptSlot = kept;
        }

        Reactor.Forget(this, reason);
        Syscalls.Close(Descriptor);
        Descriptor = -1;
        Reactor.Log.Mention(reason, ListenerName, PeerAddress, detail);
    }

    /// <summary>The reactor has taken it over.</summary>
    internal void OnAdopted()
    {
        interest = Syscalls.EpollIn;
        lastActivityMs = Reactor.NowMs;
        LookAgain();
    }

    internal override void OnReady(uint events)
    {
        const uint broken = Syscalls.EpollError | Syscalls.EpollHangUp;
        if ((events & Syscalls.EpollOut) != 0)
        {
            Reactor.Mark(this);
        }

        if (IsLingering)
        {
            DiscardInput();
        }
        else if (TakesFrames)
        {
            if ((events & (Syscalls.EpollIn | broken)) != 0)
            {
                Receive();
            }
        }
        else if ((events & broken) != 0)
        {
            Close(CloseReason.PeerReset, 0);
        }
        else
        {
            // Still asked for input that is not wanted any more.
            Reactor.Mark(this);
        }
    }

    /// <summary>Goes on with what an earlier turn had no budget for.</summary>
    internal void Continue()
    {
        if (IsClosed)
        {
            return;
        }

        if (reader.HasBacklog && TakesFrames)
        {
            reader.TakeBacklog(Reactor);
        }

        Reactor.Mark(this);
    }

    /// <summary>Hands a frame to the room above, with the next place in the queue of responses.</summary>
    internal void Deliver(Span<byte> frame)
    {
        ResponseSlot slot = Reactor.TakeSlot(this);
        responses.Add(slot);
        Reactor.Handler.OnFrame(this, frame, slot);
    }

    internal void OnSlotCompleted(ResponseSlot slot)
    {
        responses.OnCompleted(slot);
        Reactor.Mark(this);
    }

    /// <summary>Part of a frame is left over: the client has to go on with it in time.</summary>
    internal void OnLeftover()
    {
        if (reader.HasPartialFrame)
        {
            partialLookMs = reader.PartialSinceMs;
            receivedAtLook = reader.ReceivedBytes - reader.PartialBytes;
            LookBy(partialLookMs + Reactor.Options.SlowWriterMs);
        }
    }

    /// <summary>The file range that the next response waits for is in the page cache now.</summary>
    internal void OnWarmed(ColdRead read)
    {
        isColdReading = false;
        responses.OnWarmed(read.Range);
        Reactor.Mark(this);
    }

    /// <summary>At the end of a turn: sends what is complete, then settles what to wait for.</summary>
    internal void Flush()
    {
        if (IsClosed)
        {
            return;
        }

        if (!isColdReading && !IsLingering)
        {
            long sentBefore = responses.SentBytes;
            DrainResult result = responses.Drain(Reactor, Descriptor);
            if (responses.SentBytes != sentBefore)
            {
                lastActivityMs = Reactor.NowMs;
            }

            Settle(result);
        }

        if (IsClosed)
        {
            return;
        }

        if (responses.Count == 0 && (isAtEndOfStream || Reactor.IsStopping) && !IsLingering)
        {
            Close(Reactor.IsStopping ? CloseReason.Stopping : CloseReason.PeerClosed, 0);
            return;
        }

        if (reader.HasBacklog && TakesFrames)
        {
            Reactor.ContinueNextTurn(this);
        }

        UpdateInterest();
    }

    private void Settle(DrainResult result)
    {
        bool blocked = result == DrainResult.Blocked;
        if (blocked && !isSendBlocked)
        {
            blockedSinceMs = Reactor.NowMs;
            sentAtLook = AcknowledgedBytes;
            LookBy(blockedSinceMs + Reactor.Options.SlowReaderMs);
        }

        isSendBlocked = blocked;
        switch (result)
        {
            case DrainResult.Yielded:
                Reactor.ContinueNextTurn(this);
                break;
            case DrainResult.Cold:
                isColdReading = true;
                coldRead ??= new ColdRead(this);
                coldRead.Range = responses.ColdRange;
                Reactor.RunApart(coldRead);
                break;
            case DrainResult.Finished:
                Linger();
                break;
            case DrainResult.PeerGone:
                Close(CloseReason.PeerReset, 0);
                break;
            case DrainResult.FileFailed:
                Close(CloseReason.FileFailed, responses.FileError);
                break;
            default:
                break;
        }
    }

    private void Receive()
    {
        ReadResult result = reader.Receive(Reactor);
        lastActivityMs = Reactor.NowMs;
        if (result == ReadResult.Broken)
        {
            Close(CloseReason.PeerReset, 0);
        }
        else if (result == ReadResult.EndOfStream)
        {
            isAtEndOfStream = true;
            reader.Release(Reactor);
            EndWithin(Reactor.Options.SlowReaderMs);
            responses.OnEndOfStream();
            Reactor.Mark(this);
        }
        else if (!IsClosed && !TakesFrames)
        {
            Reactor.Mark(this);
        }
    }

    /// <summary>
    /// The last response is sent. Closing with unread input would make the kernel reset the connection, which can take
    /// the response from a client that has not read it: so send the end of the stream, and wait for the client's.
    /// </summary>
    private void Linger()
    {
        if (isAtEndOfStream)
        {
            Close(CloseReason.Requested, 0);
            return;
        }

        lingerReason = CloseReason.Requested;
        reader.Release(Reactor);
        ResponseSlot? none = responses.Abandon(Reactor, keepHead: false);
        Invariant.That(none is null, "No slot is kept where no file is being read.");
        Syscalls.ShutdownSend(Descriptor);
        EndWithin(Reactor.Options.LingerMs);
    }

    private unsafe void DiscardInput()
    {
        nint received = Syscalls.Receive(Descriptor, Reactor.Receiving.Free, Reactor.Receiving.Room);
        if (received <= 0 && received != -Errno.TryAgain)
        {
            Close(lingerReason, 0);
        }
    }

    private void UpdateInterest()
    {
        bool wantsInput = TakesFrames || IsLingering;
        uint wanted = (wantsInput ? Syscalls.EpollIn : 0) | (isSendBlocked ? Syscalls.EpollOut : 0);
        if (wanted != interest)
        {
            interest = wanted;
            Reactor.ChangeInterest(this, wanted);
        }
    }

    private void EndWithin(long milliseconds)
    {
        lingerUntilMs = Reactor.NowMs + milliseconds;
        LookBy(lingerUntilMs);
    }

    private void LookBy(long dueMs)
    {
        if (!watchdog.IsArmed || dueMs < watchdog.DueMs)
        {
            Reactor.Deadlines.Arm(watchdog, dueMs);
        }
    }

    /// <summary>
    /// Cuts off a client that does not move, else arms the watchdog for the earliest moment at which one of the rules
    /// can be broken. Activity does not touch the watchdog, so it costs nothing per request.
    /// </summary>
    private void LookAgain()
    {
        NetworkOptions options = Reactor.Options;
        long now = Reactor.NowMs;
        long next = lingerUntilMs;
        if (now >= lingerUntilMs)
        {
            Close(IsLingering ? lingerReason : CloseReason.PeerClosed, 0);
            return;
        }

        if (isSendBlocked)
        {
            if (now >= blockedSinceMs + options.SlowReaderMs)
            {
                if (AcknowledgedBytes - sentAtLook < options.ProgressBytesMin)
                {
                    Close(CloseReason.SlowReader, options.SlowReaderMs);
                    return;
                }

                blockedSinceMs = now;
                sentAtLook = AcknowledgedBytes;
            }

            next = Math.Min(next, blockedSinceMs + options.SlowReaderMs);
        }

        if (reader.HasPartialFrame)
        {
            if (now >= partialLookMs + options.SlowWriterMs)
            {
                // While the connection does not read, the client cannot be blamed.
                if (TakesFrames && reader.ReceivedBytes - receivedAtLook < options.ProgressBytesMin)
                {
                    Close(CloseReason.SlowWriter, options.SlowWriterMs);
                    return;
                }

                partialLookMs = now;
                receivedAtLook = reader.ReceivedBytes;
            }

            next = Math.Min(next, partialLookMs + options.SlowWriterMs);
        }

        if (options.IdleMsMax >= 0)
        {
            long since = responses.Count > 0 || isMuted ? now : lastActivityMs;
            if (now >= since + options.IdleMsMax && since != now)
            {
                Close(CloseReason.Idle, options.IdleMsMax);
                return;
            }

            next = Math.Min(next, since + Math.Max(options.IdleMsMax, 1));
        }

        if (next != long.MaxValue)
        {
            Reactor.Deadlines.Arm(watchdog, next);
        }
    }

    private sealed class Watchdog(Connection connection) : Deadline
    {
        protected override void Expire(long nowMs) => connection.LookAgain();
    }
}
