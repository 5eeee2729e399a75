using Millrace.Base;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// One reactor's side of the broker: takes its frames to the handlers, ends its turns, and owns what its requests need.
/// On the reactor's thread alone, but for <see cref="Post"/>.
/// </summary>
public sealed class BrokerReactor : IFrameHandler, IDisposable
{
    private const long RefusalIntervalMs = 10_000;

    private readonly Reactor owner;
    private readonly ApiTable apis;
    private readonly WaitingList waiting = new();
    private WaitingRequest? firstSignalled;
    private WaitingRequest? lastSignalled;
    private byte[] scratch = new byte[4096];

    /// <param name="reactor">The reactor that this is the handler of.</param>
    /// <param name="apis">What is served.</param>
    /// <param name="fetchSessions">Sessions that this reactor may keep: its share of Kafka's slots.</param>
    /// <param name="clock">For the timestamps of appends.</param>
    /// <param name="random">For the ids of fetch sessions; this reactor's own.</param>
    /// <param name="log">For clients that are cut off.</param>
    public BrokerReactor(Reactor reactor, ApiTable apis, int fetchSessions, IClock clock, Random random, LogArea log)
    {
        owner = reactor;
        this.apis = apis;
        Log = log;
        Clock = clock;
        Produces = new ProduceCalls(this);
        Fetches = new FetchCalls(this);
        Sessions = new FetchSessions(fetchSessions, reactor.Index, random);
    }

    /// <summary>The monotonic clock at the start of this turn, in milliseconds.</summary>
    public long NowMs => owner.NowMs;

    public DeadlineQueue Deadlines => owner.Deadlines;

    internal IClock Clock { get; }

    internal LogArea Log { get; }

    /// <summary>True once no more requests are taken: nothing is to be waited for.</summary>
    internal bool IsStopping => owner.IsStopping;

    /// <summary>True on the reactor's thread.</summary>
    internal bool IsOwnThread => owner.IsOwnThread;

    internal LogAppender Appender { get; } = new();

    /// <summary>For requests that are kept beyond their turn.</summary>
    internal BufferPool Memory => owner.Memory;

    internal ProduceCalls Produces { get; }

    internal FetchCalls Fetches { get; }

    internal FetchSessions Sessions { get; }

    /// <summary>Those that wait with a time limit.</summary>
    internal WaitingList Waiting => waiting;

    /// <summary>Runs an item on this reactor's thread. Any thread.</summary>
    public void Post(WorkItem item) => owner.Post(item);

    /// <summary>Has another thread do work that may wait for the disk, and runs it here after that.</summary>
    public void RunApart(ColdWork work) => owner.RunApart(work);

    /// <summary>Room for bytes that are put together and copied; valid until the next call.</summary>
    public Span<byte> Scratch(int size)
    {
        if (scratch.Length < size)
        {
            scratch = new byte[Math.Max(size, scratch.Length * 2)];
        }

        return scratch.AsSpan(0, size);
    }

    /// <summary>Writes the header of a response into its slot.</summary>
    public static void WriteHeader(ResponseSlot slot, short headerVersion, int correlationId)
    {
        bool isFlexible = headerVersion >= 1;
        ByteWriter writer = new(slot.Append(sizeof(int) + (isFlexible ? 1 : 0)));
        writer.WriteInt32(correlationId);
        if (isFlexible)
        {
            // No tagged fields.
            writer.WriteUnsignedVarint(0);
        }
    }

    public void OnConnected(Connection connection)
    {
    }

    public void OnFrame(Connection connection, Span<byte> frame, ResponseSlot slot)
    {
        if (!RequestHeaderReader.TryPeek(frame, out ApiKey key, out short version)
            || !ApiFacts.TryFind((short)key, out ApiFacts? facts))
        {
            Refuse(slot, "api", $"API {(short)key} does not exist; is this a client of another protocol?");
            return;
        }

        RequestHeaderReader header = new(frame, facts.RequestHeaderVersion(version));
        if (header.Error.IsError)
        {
            Refuse(slot, "header", $"the header of a {facts.Name} request is malformed: {header.Error}");
            return;
        }

        RequestView request = new()
        {
            ApiKey = key,
            Version = version,
            CorrelationId = header.CorrelationId,
            ClientId = header.ClientId,
            Body = frame[header.BytesRead..],
            Connection = connection,
            Slot = slot,
        };
        Begin(request, facts);
    }

    public void OnTurnEnd(Reactor reactor)
    {
        Produces.EndTurn();
        while (firstSignalled is { } request)
        {
            firstSignalled = request.NextSignalled;
            lastSignalled = firstSignalled is null ? null : lastSignalled;
            request.NextSignalled = null;
            request.TakeSignal();
        }
    }

    public void OnClosed(Connection connection, CloseReason reason)
    {
    }

    /// <summary>Long polls are answered with what there is; what waits for the disk goes on.</summary>
    public void OnStopping(Reactor reactor) => waiting.EndAll();

    /// <summary>Only after the reactor has ended.</summary>
    public void Dispose() => Appender.Dispose();

    internal void AddSignalled(WaitingRequest request)
    {
        if (lastSignalled is null)
        {
            firstSignalled = request;
        }
        else
        {
            lastSignalled.NextSignalled = request;
        }

        lastSignalled = request;
    }

    private void Begin(in RequestView request, ApiFacts facts)
    {
        ApiEntry? entry = apis.Find(request.ApiKey);
        if (entry is null)
        {
            Refuse(request.Slot, facts.Name, $"{facts.Name} is not served");
            return;
        }

        if (!entry.Serves(request.Version))
        {
            if (request.ApiKey == ApiKey.ApiVersions)
            {
                ApiVersionsHandler.AnswerUnsupported(this, request);
                return;
            }

            Refuse(
                request.Slot,
                facts.Name,
                $"{facts.Name} version {request.Version} is not served, only {entry.MinVersion} to {entry.MaxVersion}");
            return;
        }

        DecodeError error = entry.Handler.Begin(this, request);
        if (error.IsError)
        {
            Refuse(
                request.Slot, facts.Name, $"a {facts.Name} request of version {request.Version} is malformed: {error}");
        }
    }

    /// <summary>
    /// Closes the connection once what was asked before is answered, as nothing behind can be trusted.
    /// </summary>
    private void Refuse(ResponseSlot slot, string kind, string reason)
    {
        Connection connection = slot.Connection;
        Log.WriteLimited(
            LogLevel.Warn,
            kind,
            RefusalIntervalMs,
            $"Closed a connection from {connection.PeerAddress} on listener {connection.ListenerName}: {reason}");
        slot.CloseWithoutResponse();
    }
}
