using System.Buffers.Binary;
using Millrace.Base;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen;

/// <summary>
/// One connection of one client to one broker: frames go out from where they lie, answers are handed to the client in
/// place and in order. It lives over reconnects: what was pending when a connection broke goes back to the client.
/// Owned by its loop's thread; allocates nothing once it has grown.
/// </summary>
internal sealed unsafe class BrokerConnection : IDisposable
{
    private const int VectorsPerSend = 512;
    private const int ReceivesPerTurn = 8;

    /// <summary>
    /// Of one receive: in a kernel without preemption nothing else has the processor until it has copied all of it.
    /// </summary>
    private const int ReceiveBytesMax = 256 * 1024;
    private const int TcpLevel = 6;
    private const int NoDelay = 1;

    private readonly EventLoop loop;
    private readonly LoopClient client;
    private readonly FrameAssembly assembly = new();
    private readonly SendSpace space = new();
    private IoVector[] vectors = GC.AllocateUninitializedArray<IoVector>(16, pinned: true);
    private int firstVector;
    private int vectorCount;
    private PendingRequest[] pending = new PendingRequest[16];
    private int firstPending;
    private int descriptor = -1;
    private long queuedBytes;
    private long sentBytes;
    private bool waitsForRoom;
    private int correlationId;

    public BrokerConnection(EventLoop loop, LoopClient client, NetworkAddress address, int brokerId)
    {
        this.loop = loop;
        this.client = client;
        Address = address;
        BrokerId = brokerId;
        Token = loop.Register(this);
    }

    public NetworkAddress Address { get; set; }

    /// <summary>The broker as the metadata numbers it; -1 for a bootstrap address.</summary>
    public int BrokerId { get; }

    /// <summary>The loop's number for this connection.</summary>
    public int Token { get; }

    public ConnectionState State { get; private set; }

    /// <summary>Requests that are not done with.</summary>
    public int PendingCount { get; private set; }

    /// <summary>When the oldest of them was sent; the largest value where there is none.</summary>
    public long OldestSentNs => PendingCount > 0 ? PendingAt(0).SentNs : long.MaxValue;

    /// <summary>When it may be tried again after a failure, by <see cref="RunClock"/>.</summary>
    public long RetryNs { get; private set; }

    /// <summary>Failures since it last stood, for the growing pause between attempts.</summary>
    public int FailureCount { get; private set; }

    /// <summary>When this connection began to be made.</summary>
    public long ConnectStartNs { get; private set; }

    /// <summary>When it was to be made, where a schedule says so; the client's.</summary>
    public long IntendedNs { get; set; }

    /// <summary>Whether it has stood since the client began to make it; the client's.</summary>
    public bool HasStood { get; set; }

    /// <summary>Whether the loop will send at the end of its turn; the loop's own mark.</summary>
    public bool IsMarkedToSend { get; set; }

    public bool IsOpen => State == ConnectionState.Open;

    /// <summary>Begins to connect, unless it does or stands already, or has to wait after a failure.</summary>
    public void Connect(long nowNs)
    {
        if (State != ConnectionState.Closed || nowNs < RetryNs)
        {
            return;
        }

        ConnectStartNs = nowNs;
        int family = Address.IsIPv4 ? NetworkAddress.FamilyIPv4 : NetworkAddress.FamilyIPv6;
        int created = Syscalls.CreateStreamSocket(family);
        if (created < 0)
        {
            Fail(-created, nowNs);
            return;
        }

        descriptor = created;
        Syscalls.SetOption(descriptor, TcpLevel, NoDelay, 1);
        State = ConnectionState.Connecting;
        int result = Syscalls.Connect(descriptor, Address);
        if (result < 0 && result != -Errno.InProgress)
        {
            Fail(-result, nowNs);
            return;
        }

        loop.Watch(descriptor, Token, forRoom: true, isNew: true);
        waitsForRoom = true;
    }

    /// <summary>Puts bytes behind those that wait; they stay where they are until they are sent.</summary>
    public void Queue(byte* bytes, int length)
    {
        if (firstVector + vectorCount == vectors.Length)
        {
            MakeRoom();
        }

        vectors[firstVector + vectorCount++] = new IoVector { Base = bytes, Length = (nuint)length };
        queuedBytes += length;
    }

    /// <summary>Memory for bytes that nobody else keeps; good until they are sent.</summary>
    public byte* Reserve(int length) => space.Reserve(length);

    /// <summary>Sends a message that is neither produce nor fetch: those write their frames themselves.</summary>
    public void Send(ApiKey api, short version, IMessage body, long nowNs, long tag = 0)
    {
        ApiFacts facts = ApiFacts.Of(api);
        int id = NextCorrelationId();
        int length = RequestFrame.PrefixBytesMax + client.ClientId.Length + body.EncodedSize(version);
        byte* start = Reserve(length);
        Span<byte> frame = new(start, length);
        int bodyStart = RequestFrame.Begin(
            frame, facts.RequestHeaderVersion(version), api, version, id, NullableUtf8.From(client.ClientId));
        ByteWriter writer = new(frame[bodyStart..]);
        body.Write(ref writer, version);
        int frameLength = bodyStart + writer.Position;
        RequestFrame.SetSize(frame, frameLength);
        Queue(start, frameLength);
        Expect(api, version, id, nowNs, tag);
    }

    /// <summary>The number that the next request has to carry.</summary>
    public int NextCorrelationId() => correlationId = (correlationId + 1) & int.MaxValue;

    /// <summary>Notes the request whose bytes were queued last.</summary>
    public void Expect(
        ApiKey api, short version, int id, long nowNs, long tag, RecordBuffer? batches = null, bool hasAnswer = true)
    {
        if (PendingCount == pending.Length)
        {
            PendingRequest[] larger = new PendingRequest[pending.Length * 2];
            for (int index = 0; index < PendingCount; index++)
            {
                larger[index] = PendingAt(index);
            }

            (pending, firstPending) = (larger, 0);
        }

        PendingAt(PendingCount++) = new PendingRequest(
            api, version, id, nowNs, tag, batches, queuedBytes, hasAnswer);
        loop.MarkToSend(this);
    }

    /// <summary>Sends what is queued, as far as the socket takes it.</summary>
    public void Flush(long nowNs)
    {
        while (State == ConnectionState.Open && vectorCount > 0)
        {
            fixed (IoVector* start = &vectors[firstVector])
            {
                nint sent = Syscalls.SendVectored(
                    descriptor, start, Math.Min(vectorCount, VectorsPerSend), more: false);
                if (sent < 0)
                {
                    if (sent == -Errno.TryAgain)
                    {
                        WatchRoom(true);
                        return;
                    }

                    Fail((int)-sent, nowNs);
                    return;
                }

                sentBytes += sent;
                Consume(sent);
            }
        }

        CompleteUnanswered(nowNs);
        WatchRoom(false);
    }

    /// <summary>Something happened to the socket.</summary>
    public void OnReady(uint events, long nowNs)
    {
        if (State == ConnectionState.Connecting)
        {
            int error = Syscalls.PendingError(descriptor);
            if (error != 0)
            {
                Fail(error, nowNs);
                return;
            }

            State = ConnectionState.Open;
            FailureCount = 0;
            client.OnConnected(this, nowNs);
            Flush(nowNs);
            return;
        }

        if ((events & (Syscalls.EpollIn | Syscalls.EpollError | Syscalls.EpollHangUp)) != 0)
        {
            Receive(nowNs);
        }

        if ((events & Syscalls.EpollOut) != 0)
        {
            Flush(nowNs);
        }
    }

    /// <summary>Ends the connection; what was pending goes back to the client, first the oldest.</summary>
    /// <param name="errno">Why, 0 where the other side closed.</param>
    /// <param name="nowNs">Now.</param>
    public void Fail(int errno, long nowNs)
    {
        const long backOffNs = 50_000_000, backOffNsMax = 1_000_000_000;
        RetryNs = nowNs + Math.Min(backOffNs << Math.Min(FailureCount, 8), backOffNsMax);
        FailureCount++;
        Close();
        while (PendingCount > 0)
        {
            PendingRequest request = TakePending();
            client.OnLost(this, request, nowNs);
        }

        client.OnClosed(this, errno, nowNs);
    }

    /// <summary>Ends the connection without a word to the client, for the end of a run.</summary>
    public void Dispose()
    {
        Close();
        PendingCount = 0;
        loop.Forget(Token);
        assembly.Dispose();
        space.Dispose();
    }

    private void Close()
    {
        if (descriptor >= 0)
        {
            Syscalls.Close(descriptor);
        }

        descriptor = -1;
        State = ConnectionState.Closed;
        (firstVector, vectorCount) = (0, 0);
        sentBytes = queuedBytes;
        space.Clear();
        waitsForRoom = false;
        assembly.Reset();
    }

    private void Receive(long nowNs)
    {
        for (int turn = 0; turn < ReceivesPerTurn && State == ConnectionState.Open; turn++)
        {
            Span<byte> room = assembly.Room(loop.ReceiveBuffer);
            room = room[..Math.Min(room.Length, ReceiveBytesMax)];
            nint received;
            fixed (byte* target = room)
            {
                received = Syscalls.Receive(descriptor, target, room.Length);
            }

            if (received <= 0)
            {
                if (received != -Errno.TryAgain)
                {
                    Fail((int)-received, nowNs);
                }

                return;
            }

            assembly.Take((int)received);
            while (State == ConnectionState.Open && assembly.TryNext(loop.ReceiveBuffer, out ReadOnlySpan<byte> frame))
            {
                Answer(frame, RunClock.NowNs);
            }

            if (assembly.IsBroken)
            {
                Fail(Errno.ProtocolError, nowNs);
                return;
            }

            assembly.Keep(loop.ReceiveBuffer);
            if (received < room.Length)
            {
                return;
            }
        }
    }

    private void Answer(ReadOnlySpan<byte> frame, long nowNs)
    {
        if (PendingCount == 0 || frame.Length < sizeof(int)
            || BinaryPrimitives.ReadInt32BigEndian(frame) != PendingAt(0).CorrelationId)
        {
            // An answer that nobody asked for: what follows cannot be told apart any more.
            Fail(Errno.ProtocolError, nowNs);
            return;
        }

        PendingRequest request = TakePending();
        short headerVersion = ApiFacts.Of(request.Api).ResponseHeaderVersion(request.Version);
        if (ResponseFrame.Read(frame, headerVersion, out _, out int bodyStart).IsError)
        {
            client.OnLost(this, request, nowNs);
            Fail(Errno.ProtocolError, nowNs);
            return;
        }

        client.OnAnswer(this, request, frame[bodyStart..], nowNs);
    }

    private void CompleteUnanswered(long nowNs)
    {
        while (PendingCount > 0 && !PendingAt(0).HasAnswer && PendingAt(0).EndByte <= sentBytes)
        {
            PendingRequest request = TakePending();
            client.OnAnswer(this, request, default, nowNs);
        }
    }

    private ref PendingRequest PendingAt(int index) => ref pending[(firstPending + index) & (pending.Length - 1)];

    private PendingRequest TakePending()
    {
        PendingRequest request = PendingAt(0);
        PendingAt(0) = default;
        firstPending = (firstPending + 1) & (pending.Length - 1);
        PendingCount--;
        return request;
    }

    private void Consume(nint sent)
    {
        while (sent > 0)
        {
            ref IoVector vector = ref vectors[firstVector];
            nint taken = Math.Min(sent, (nint)vector.Length);
            vector.Base += taken;
            vector.Length -= (nuint)taken;
            sent -= taken;
            if (vector.Length == 0)
            {
                firstVector++;
                vectorCount--;
            }
        }

        if (vectorCount == 0)
        {
            firstVector = 0;
            space.Clear();
        }
    }

    private void MakeRoom()
    {
        IoVector[] target = vectorCount < vectors.Length / 2
            ? vectors
            : GC.AllocateUninitializedArray<IoVector>(vectors.Length * 2, pinned: true);
        Array.Copy(vectors, firstVector, target, 0, vectorCount);
        (vectors, firstVector) = (target, 0);
    }

    private void WatchRoom(bool isWanted)
    {
        if (State == ConnectionState.Open && waitsForRoom != isWanted)
        {
            waitsForRoom = isWanted;
            loop.Watch(descriptor, Token, isWanted, isNew: false);
        }
    }
}
