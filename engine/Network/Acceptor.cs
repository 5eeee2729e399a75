using Millrace.Base;

namespace Millrace.Network;

/// <summary>
/// Takes new connections on the first reactor's thread and hands each to the reactor that has the fewest, in turns
/// among equals. A client over a limit gets its socket closed, as does one whose socket would be among the last
/// descriptors (<see cref="NetworkOptions.DescriptorsReserved"/>). Where none is left all the same, one kept in reserve
/// is given up to accept that client and taken again, as the level-triggered listener would spin otherwise.
/// </summary>
internal sealed class Acceptor
{
    // Per listener and turn: a storm of connections must not keep the established ones waiting.
    private const int AcceptsPerTurnMax = 64;
    private const long PauseMs = 100;

    private readonly Reactor home;
    private readonly IReadOnlyList<Reactor> reactors;
    private readonly IReadOnlyList<Listener> listeners;
    private readonly ConnectionLimits limits;
    private readonly RefusalLog log;
    private readonly Resumption resumption;
    private int reserve;
    private int turn;
    private bool isListening;

    public Acceptor(
        IReadOnlyList<Reactor> reactors, IReadOnlyList<Listener> listeners, ConnectionLimits limits, RefusalLog log)
    {
        home = reactors[0];
        this.reactors = reactors;
        this.listeners = listeners;
        this.limits = limits;
        this.log = log;
        resumption = new Resumption(this);
    }

    /// <summary>Begins to take connections.</summary>
    public void Start()
    {
        reserve = Syscalls.OpenReserve();
        foreach (Listener listener in listeners)
        {
            listener.ServeBy(this);
        }

        Listen();
    }

    /// <summary>Closes the listeners. Connections that the kernel holds and nobody took are refused by it.</summary>
    public void Stop()
    {
        Pause();
        home.Deadlines.Cancel(resumption);
        foreach (Listener listener in listeners)
        {
            listener.Close();
        }

        if (reserve >= 0)
        {
            Syscalls.Close(reserve);
        }

        reserve = -1;
    }

    /// <summary>Takes what waits on a listener.</summary>
    public void Accept(Listener listener)
    {
        for (int accepts = 0; accepts < AcceptsPerTurnMax && isListening; accepts++)
        {
            if (limits.CreationWaitMs(home.NowMs) is var waitMs and > 0)
            {
                // As Kafka does: a client over the rate is not refused, it waits in the kernel's queue.
                PauseFor(waitMs);
                return;
            }

            int socket = Syscalls.Accept(listener.Descriptor, out NetworkAddress peer);
            if (socket >= 0)
            {
                limits.CountCreation();
                Admit(listener, socket, peer);
                continue;
            }

            switch (-socket)
            {
                case Errno.TryAgain:
                    return;
                case Errno.TooManyFiles or Errno.TooManyFilesInSystem:
                    if (!RefuseForWantOfDescriptors(listener))
                    {
                        return;
                    }

                    break;
                case Errno.NoBufferSpace or Errno.OutOfMemory:
                    log.Mention(CloseReason.SystemFailure, listener.Name, peer, -socket);
                    PauseForAWhile();
                    return;
                default:
                    // The connection died in the queue (ECONNABORTED and the network errors that accept(2) lists).
                    break;
            }
        }
    }

    private void Admit(Listener listener, int socket, NetworkAddress peer)
    {
        int limit = Syscalls.DescriptorsMax() - home.Options.DescriptorsReserved;

        // The kernel gives out the lowest free number, so a high one tells that those below it are taken.
        CloseReason refusal = socket >= limit
            ? CloseReason.OutOfDescriptors
            : limits.TryEnter(listener.Name, peer, out limit);
        if (refusal != CloseReason.None)
        {
            Syscalls.Close(socket);
            log.Mention(refusal, listener.Name, peer, limit);
            return;
        }

        Reactor reactor = LeastLoaded();
        reactor.CountHandedOut();
        Connection connection = new(reactor, listener, socket, peer);
        if (ReferenceEquals(reactor, home))
        {
            reactor.Adopt(connection);
        }
        else
        {
            reactor.Post(new Adoption(connection));
        }
    }

    private Reactor LeastLoaded()
    {
        turn = (turn + 1) % reactors.Count;
        Reactor least = reactors[turn];
        for (int step = 1; step < reactors.Count; step++)
        {
            Reactor other = reactors[(turn + step) % reactors.Count];
            least = other.ConnectionCount < least.ConnectionCount ? other : least;
        }

        return least;
    }

    /// <summary>Takes the oldest client that waits, to turn it away.</summary>
    /// <returns>False where none waits, which accept tells only when a descriptor is free.</returns>
    private bool RefuseForWantOfDescriptors(Listener listener)
    {
        if (reserve >= 0)
        {
            Syscalls.Close(reserve);
        }

        int socket = Syscalls.Accept(listener.Descriptor, out NetworkAddress peer);
        if (socket >= 0)
        {
            Syscalls.Close(socket);
            int limit = Syscalls.DescriptorsMax() - home.Options.DescriptorsReserved;
            log.Mention(CloseReason.OutOfDescriptors, listener.Name, peer, limit);
        }

        reserve = Syscalls.OpenReserve();
        if (reserve < 0)
        {
            // Another thread was faster. Wait instead of spinning on a listener that stays ready.
            PauseForAWhile();
        }

        return socket >= 0;
    }

    private void Listen()
    {
        isListening = true;
        foreach (Listener listener in listeners)
        {
            home.Watch(listener, Syscalls.EpollIn);
        }
    }

    private void Pause()
    {
        if (!isListening)
        {
            return;
        }

        isListening = false;
        foreach (Listener listener in listeners)
        {
            home.Unwatch(listener);
        }
    }

    private void PauseForAWhile() => PauseFor(PauseMs);

    private void PauseFor(long milliseconds)
    {
        Pause();
        home.Deadlines.Arm(resumption, home.NowMs + milliseconds);
    }

    private void Resume()
    {
        if (reserve < 0)
        {
            reserve = Syscalls.OpenReserve();
        }

        Listen();
    }

    /// <summary>Ends a pause.</summary>
    private sealed class Resumption(Acceptor acceptor) : Deadline
    {
        protected override void Expire(long nowMs) => acceptor.Resume();
    }

    /// <summary>A connection on its way to its reactor.</summary>
    private sealed class Adoption(Connection connection) : WorkItem
    {
        protected internal override void Run(Reactor reactor) => reactor.Adopt(connection);
    }
}
