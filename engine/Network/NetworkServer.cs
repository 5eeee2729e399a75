using Millrace.Base;

namespace Millrace.Network;

/// <summary>
/// Listeners and reactors as one thing to open, start and stop. Opened and disposed by one thread; stopping is for any.
/// <para>Life: made -> <see cref="Open"/> (addresses are bound, clients queue in the kernel) -> <see cref="Start"/>
/// (clients are served) -> <see cref="BeginStop"/> (no new clients, what is in flight is answered) ->
/// <see cref="Ended"/>.</para>
/// </summary>
public sealed class NetworkServer : IDisposable
{
    private readonly IReadOnlyList<ListenerOptions> listenerOptions;
    private readonly RefusalLog log;
    private readonly ColdReader coldReader;
    private readonly Reactor[] reactors;
    private readonly List<Listener> listeners = [];
    private Acceptor? acceptor;
    private int stops;

    /// <param name="handlers">Makes the handler of a reactor; called once for each, here.</param>
    public NetworkServer(
        NetworkOptions options,
        IReadOnlyList<ListenerOptions> listeners,
        Func<Reactor, IFrameHandler> handlers,
        INetworkLog log,
        IClock clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReactorCount, 1);
        listenerOptions = listeners;
        this.log = new RefusalLog(log, clock);
        Limits = new ConnectionLimits(options.Connections);
        coldReader = new ColdReader(options.ColdReaderCount);
        reactors = new Reactor[options.ReactorCount];
        for (int index = 0; index < reactors.Length; index++)
        {
            reactors[index] = new Reactor(index, options, clock, Limits, coldReader, this.log);
            reactors[index].Use(handlers(reactors[index]));
        }
    }

    /// <summary>The listeners in the order of their options, once open.</summary>
    public IReadOnlyList<Listener> Listeners => listeners;

    public IReadOnlyList<Reactor> Reactors => reactors;

    /// <summary>The limits on connections, which may be changed while the server runs.</summary>
    public ConnectionLimits Limits { get; }

    /// <summary>Completes when every connection is closed and every reactor's thread has ended.</summary>
    public Task Ended => Task.WhenAll(reactors.Select(reactor => reactor.Ended));

    /// <summary>Binds every listener.</summary>
    /// <exception cref="ListenerException">One cannot be bound; none stays bound.</exception>
    public void Open()
    {
        try
        {
            foreach (ListenerOptions options in listenerOptions)
            {
                listeners.Add(Listener.Open(options));
            }
        }
        catch (ListenerException)
        {
            listeners.ForEach(listener => listener.Close());
            listeners.Clear();
            throw;
        }
    }

    /// <summary>Starts the reactors and begins to take connections.</summary>
    public void Start()
    {
        Syscalls.IgnoreBrokenPipe();
        acceptor = new Acceptor(reactors, listeners, Limits, log);
        acceptor.Start();
        coldReader.Start();
        foreach (Reactor reactor in reactors)
        {
            reactor.Start();
        }
    }

    /// <summary>
    /// Stops: the first call closes the listeners, answers what is in flight and closes each connection then; the
    /// second closes all at once.
    /// </summary>
    public void BeginStop()
    {
        if (Interlocked.Increment(ref stops) == 1)
        {
            reactors[0].Post(new StopAccepting(this));
            return;
        }

        foreach (Reactor reactor in reactors)
        {
            reactor.StopAtOnce();
        }
    }

    /// <summary>Frees what the reactors hold. Only where <see cref="Ended"/>, or where it was never started.</summary>
    public void Dispose()
    {
        coldReader.Stop();
        listeners.ForEach(listener => listener.Close());
        foreach (Reactor reactor in reactors)
        {
            reactor.Dispose();
        }
    }

    /// <summary>
    /// First on the reactor that takes connections, so that none is handed to a reactor that has ended.
    /// </summary>
    private sealed class StopAccepting(NetworkServer server) : WorkItem
    {
        protected internal override void Run(Reactor reactor)
        {
            server.acceptor!.Stop();
            foreach (Reactor stopped in server.reactors)
            {
                stopped.Post(new StopServing());
            }
        }
    }

    private sealed class StopServing : WorkItem
    {
        protected internal override void Run(Reactor reactor) => reactor.BeginStop();
    }
}
