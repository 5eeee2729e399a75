using Millrace.Loadgen.Measurement;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Loadgen;

/// <summary>
/// Makes many connections, greets the broker on each as a client does, and holds them: what they cost a broker that
/// has nothing to do for them. Publish latency is from the begin of a connection to the answer to its greeting. Owned
/// by its loop's thread.
/// </summary>
internal sealed class ConnectionHolder : LoopClient
{
    /// <summary>Greetings on their way at a time in a closed loop: what a backlog of accepts takes.</summary>
    private const int OpeningMax = 128;

    private const long RetryPauseNs = 50 * NsPerMs;

    private readonly ConnectionSpec spec;
    private readonly Schedule schedule;
    private readonly WorkerMeter meter;
    private readonly BrokerConnection[] connections;
    private readonly NetworkAddress[] targets;
    private readonly Queue<BrokerConnection> broken = new();
    private readonly ApiVersionsRequest greeting =
        new() { ClientSoftwareName = "loadgen", ClientSoftwareVersion = "1" };
    private readonly short greetingVersion;
    private int begun;
    private int opening;
    private int nextPing;
    private long nextPingNs;

    /// <param name="loop">Its thread's loop.</param>
    /// <param name="context">The run.</param>
    /// <param name="spec">How often they are used.</param>
    /// <param name="count">How many it holds.</param>
    /// <param name="schedule">When each is made.</param>
    /// <param name="meter">Its thread's counts.</param>
    public ConnectionHolder(
        EventLoop loop, RunContext context, ConnectionSpec spec, int count, Schedule schedule, WorkerMeter meter)
        : base(loop, context)
    {
        this.spec = spec;
        this.schedule = schedule;
        this.meter = meter;
        connections = new BrokerConnection[count];
        targets = [.. Cluster.Brokers.Values];
        greetingVersion = context.Versions.Of(ApiKey.ApiVersions, most: 3);
    }

    /// <summary>Connections that stand; from any thread, a little late.</summary>
    public int Standing { get; private set; }

    /// <inheritdoc/>
    public override bool IsDone => schedule.IsOver || begun == connections.Length;

    /// <inheritdoc/>
    public override long Turn(long nowNs)
    {
        while (begun < connections.Length && schedule.NextNs <= nowNs
            && (!schedule.IsUnlimited || opening < OpeningMax))
        {
            BrokerConnection connection = new(Loop, this, targets[begun % targets.Length], begun)
            {
                IntendedNs = schedule.IsUnlimited ? nowNs : schedule.NextNs,
            };
            connections[begun++] = connection;
            schedule.Advance();
            Open(connection, nowNs);
        }

        long dueNs = begun < connections.Length && opening < OpeningMax ? schedule.NextNs : long.MaxValue;
        while (broken.TryPeek(out BrokerConnection? back))
        {
            if (back.RetryNs > nowNs)
            {
                dueNs = Math.Min(dueNs, nowNs + RetryPauseNs);
                break;
            }

            broken.Dequeue();
            Open(back, nowNs);
        }

        return Math.Min(dueNs, Ping(nowNs));
    }

    /// <inheritdoc/>
    public override void OnConnected(BrokerConnection connection, long nowNs)
    {
        connection.Send(ApiKey.ApiVersions, greetingVersion, greeting, nowNs, tag: 1);
        connection.HasStood = true;
        Standing++;
    }

    /// <inheritdoc/>
    public override void OnClosed(BrokerConnection connection, int errno, long nowNs)
    {
        DueNs = 0;
        Context.Errors.Connection(errno);
        broken.Enqueue(connection);
        if (connection.HasStood)
        {
            Standing--;
        }
        else
        {
            opening--;
        }
    }

    /// <inheritdoc/>
    protected override void Answer(
        BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        meter.Operations++;
        bool isGreeting = request.Tag == 1;
        opening -= isGreeting ? 1 : 0;
        long fromNs = isGreeting ? connection.IntendedNs : request.SentNs;
        meter.Publish.Record(fromNs, isGreeting ? connection.ConnectStartNs : request.SentNs, nowNs, times: 1);
    }

    /// <inheritdoc/>
    protected override void Lost(BrokerConnection connection, in PendingRequest request, long nowNs)
    {
        opening -= request.Tag == 1 ? 1 : 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (BrokerConnection connection in connections.AsSpan(0, begun))
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Open(BrokerConnection connection, long nowNs)
    {
        opening++;
        connection.HasStood = false;
        connection.Connect(nowNs);
    }

    /// <summary>Each connection in turn, so that together they are even.</summary>
    private long Ping(long nowNs)
    {
        if (spec.PingSeconds <= 0 || begun == 0)
        {
            return long.MaxValue;
        }

        long betweenNs = (long)(spec.PingSeconds * 1e9 / connections.Length);
        nextPingNs = nextPingNs == 0 ? nowNs + betweenNs : nextPingNs;
        for (; nextPingNs <= nowNs; nextPingNs += betweenNs)
        {
            BrokerConnection connection = connections[nextPing++ % begun];
            if (connection is { IsOpen: true, PendingCount: 0 })
            {
                connection.Send(ApiKey.ApiVersions, greetingVersion, greeting, nowNs, tag: 2);
            }
        }

        return nextPingNs;
    }
}
