using System.Net.Sockets;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Loadgen;

/// <summary>
/// A client that a loop drives: it knows the cluster, holds one connection to each broker that it needs, and asks for
/// metadata again when a broker says that something has moved or a connection breaks. Owned by its loop's thread.
/// </summary>
internal abstract class LoopClient(EventLoop loop, RunContext context) : IDisposable
{
    protected const long NsPerMs = 1_000_000;

    private const long MetadataPauseNs = 100 * NsPerMs;
    private const long TimeoutCheckNs = 1000 * NsPerMs;

    private readonly Dictionary<int, BrokerConnection> connections = [];
    private BrokerConnection? bootstrap;
    private int bootstrapIndex;
    private bool isMetadataWanted;
    private bool isMetadataAsked;
    private long metadataNotBeforeNs;
    private long nextTimeoutCheckNs;

    /// <summary>When the client wants its next turn; a client sets it to 0 when an answer gave it something to do.
    /// </summary>
    public long DueNs { get; set; }

    /// <summary>True where nothing is left to do; from any thread, a little late.</summary>
    public abstract bool IsDone { get; }

    /// <summary>Whether it works off a schedule, and falls behind where the broker does.</summary>
    public virtual bool IsWriter => false;

    /// <summary>What the client calls itself towards brokers.</summary>
    public byte[] ClientId => Context.ClientIdBytes;

    /// <summary>How long an answer may take; Kafka's own <c>request.timeout.ms</c>.</summary>
    protected virtual long RequestTimeoutNs => 30_000 * NsPerMs;

    protected EventLoop Loop { get; } = loop;

    protected RunContext Context { get; } = context;

    /// <summary>Who leads which partition, as far as is known.</summary>
    protected ClusterMap Cluster { get; private set; } = context.Cluster;

    protected Dictionary<int, BrokerConnection>.ValueCollection Connections => connections.Values;

    /// <summary>Does what is due.</summary>
    /// <returns>When it wants its next turn even if nothing is heard; <see cref="long.MaxValue"/> for never.</returns>
    public abstract long Turn(long nowNs);

    /// <summary>An answer came, or a request without an answer was sent.</summary>
    public void OnAnswer(BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        DueNs = 0;
        if (request.Api == ApiKey.Metadata)
        {
            OnMetadata(request.Version, body, nowNs);
            return;
        }

        Answer(connection, request, body, nowNs);
    }

    /// <summary>The connection broke before the answer came.</summary>
    public void OnLost(BrokerConnection connection, in PendingRequest request, long nowNs)
    {
        DueNs = 0;
        if (request.Api == ApiKey.Metadata)
        {
            isMetadataAsked = false;
            return;
        }

        Lost(connection, request, nowNs);
    }

    public virtual void OnConnected(BrokerConnection connection, long nowNs) => DueNs = 0;

    public virtual void OnClosed(BrokerConnection connection, int errno, long nowNs)
    {
        DueNs = 0;
        Context.Errors.Connection(errno);
        WantMetadata();
    }

    public void Dispose()
    {
        foreach (BrokerConnection connection in connections.Values)
        {
            connection.Dispose();
        }

        bootstrap?.Dispose();
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>An answer to one of the client's own requests.</summary>
    protected abstract void Answer(
        BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs);

    /// <summary>One of the client's own requests will not be answered.</summary>
    protected abstract void Lost(BrokerConnection connection, in PendingRequest request, long nowNs);

    /// <summary>The cluster looks different now.</summary>
    protected virtual void OnCluster(long nowNs)
    {
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>The open connection to a broker; one that is not open is being opened, and null answered.</summary>
    protected BrokerConnection? ConnectionTo(int brokerId, long nowNs)
    {
        if (!connections.TryGetValue(brokerId, out BrokerConnection? connection))
        {
            if (!Cluster.Brokers.TryGetValue(brokerId, out NetworkAddress address))
            {
                WantMetadata();
                return null;
            }

            connection = new BrokerConnection(Loop, this, address, brokerId);
            connections[brokerId] = connection;
        }

        connection.Connect(nowNs);
        return connection.IsOpen ? connection : null;
    }

    /// <summary>Any open connection, a bootstrap broker's where there is no other; null while none is open.</summary>
    protected BrokerConnection? AnyConnection(long nowNs)
    {
        foreach (BrokerConnection connection in connections.Values)
        {
            if (connection.IsOpen)
            {
                return connection;
            }
        }

        foreach (int brokerId in Cluster.Brokers.Keys)
        {
            if (ConnectionTo(brokerId, nowNs) is { } connection)
            {
                return connection;
            }
        }

        return Bootstrap(nowNs);
    }

    /// <summary>Asks for metadata as soon as that may be.</summary>
    protected void WantMetadata() => isMetadataWanted = true;

    /// <summary>What every turn begins with: metadata that is wanted, and requests that nobody answers.</summary>
    /// <returns>When there is something of it to do again.</returns>
    protected long Maintain(long nowNs)
    {
        if (isMetadataWanted && !isMetadataAsked && nowNs >= metadataNotBeforeNs
            && AnyConnection(nowNs) is { } connection)
        {
            isMetadataWanted = false;
            isMetadataAsked = true;
            metadataNotBeforeNs = nowNs + MetadataPauseNs;
            connection.Send(
                ApiKey.Metadata, Context.Versions.Of(ApiKey.Metadata), Context.MetadataRequest(), nowNs);
        }

        if (nowNs >= nextTimeoutCheckNs)
        {
            nextTimeoutCheckNs = nowNs + TimeoutCheckNs;
            foreach (BrokerConnection one in connections.Values)
            {
                EndSilent(one, nowNs);
            }

            EndSilent(bootstrap, nowNs);
        }

        return isMetadataWanted ? Math.Max(nowNs + NsPerMs, metadataNotBeforeNs) : nextTimeoutCheckNs;
    }

    private void EndSilent(BrokerConnection? connection, long nowNs)
    {
        if (connection is not null && connection.OldestSentNs < nowNs - RequestTimeoutNs)
        {
            Context.Errors.Count("a request was not answered in time");
            connection.Fail(0, nowNs);
        }
    }

    private BrokerConnection? Bootstrap(long nowNs)
    {
        if (bootstrap is null or { State: ConnectionState.Closed })
        {
            (string host, int port) = Context.Brokers[bootstrapIndex++ % Context.Brokers.Count];
            try
            {
                NetworkAddress address = BrokerAddresses.Resolve(host, port);
                bootstrap ??= new BrokerConnection(Loop, this, address, -1);
                bootstrap.Address = address;
            }
            catch (SocketException)
            {
                Context.Errors.Count($"the name {host} has no address");
                return null;
            }

            bootstrap.Connect(nowNs);
        }

        return bootstrap.IsOpen ? bootstrap : null;
    }

    private void OnMetadata(short version, ReadOnlySpan<byte> body, long nowNs)
    {
        isMetadataAsked = false;
        MetadataResponse response = new();
        if (MessageCodec.Decode(body, version, response).IsError)
        {
            Context.Errors.Count("a Metadata answer cannot be read");
            WantMetadata();
            return;
        }

        Cluster = ClusterMap.From(Context.Topics, response, Cluster);
        foreach ((int id, BrokerConnection connection) in connections)
        {
            if (Cluster.Brokers.TryGetValue(id, out NetworkAddress address))
            {
                connection.Address = address;
            }
        }

        OnCluster(nowNs);
    }
}
