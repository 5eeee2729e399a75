using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Millrace.Base;

namespace Millrace.Network.Tests;

/// <summary>What a test does with a frame.</summary>
internal delegate void FrameAction(Connection connection, Span<byte> frame, ResponseSlot slot);

/// <summary>A server on a port of the system's choice with handlers made of a test's own actions.</summary>
internal sealed class TestServer : IDisposable, INetworkLog
{
    private readonly FrameAction onFrame;

    public TestServer(
        FrameAction onFrame,
        NetworkOptions? options = null,
        IClock? clock = null,
        IReadOnlyList<ListenerOptions>? listeners = null,
        bool isStarted = true)
    {
        this.onFrame = onFrame;
        Server = new NetworkServer(
            options ?? new NetworkOptions { ReactorCount = 1 },
            listeners ?? [new ListenerOptions { Name = "PLAINTEXT", Address = IPAddress.Loopback, Port = 0 }],
            _ => new Handler(this),
            this,
            clock ?? SystemClock.Instance);
        Server.Open();
        if (isStarted)
        {
            Server.Start();
        }
    }

    public NetworkServer Server { get; }

    public Reactor Reactor => Server.Reactors[0];

    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<CloseReason> Closed { get; } = new();

    public ConcurrentQueue<Connection> Connected { get; } = new();

    public Action<Reactor>? OnTurnEnd { get; set; }

    public Action<Reactor>? OnStopping { get; set; }

    public int Port => Server.Listeners[0].Address.Port;

    public FrameClient Connect(string? from = null, int receiveBufferBytes = 0, int? port = null)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBufferBytes > 0)
        {
            socket.ReceiveBufferSize = receiveBufferBytes;
        }

        if (from is not null)
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        socket.Connect(new IPEndPoint(IPAddress.Loopback, port ?? Port));
        return new FrameClient(socket);
    }

    /// <summary>Runs something on a reactor's thread and waits for it.</summary>
    public T Ask<T>(Func<Reactor, T> question, int reactor = 0)
    {
        Question<T> item = new(question);
        Server.Reactors[reactor].Post(item);
        return item.Answer.Task.GetAwaiter().GetResult();
    }

    /// <summary>Asks the first connection something on its reactor's thread.</summary>
    public T AskFirst<T>(Func<Connection, T> question)
    {
        Connection connection = Connection;
        return Ask(_ => question(connection), connection.Reactor.Index);
    }

    /// <summary>Lets the manual clock go on and has the reactor look at it.</summary>
    public void Advance(ManualClock clock, long milliseconds)
    {
        clock.Advance(milliseconds);
        Ask(_ => true);
        Ask(_ => true);
    }

    /// <summary>The first connection, once it is there.</summary>
    public Connection Connection
    {
        get
        {
            Connection? first;
            while (!Connected.TryPeek(out first))
            {
                Thread.Sleep(1);
            }

            return first;
        }
    }

    public void WaitForEnd() => Server.Ended.GetAwaiter().GetResult();

    public void Warn(string line) => Lines.Enqueue(line);

    public void Dispose()
    {
        Server.BeginStop();
        Server.BeginStop();
        WaitForEnd();
        Server.Dispose();
    }

    /// <summary>Waits for something that has to come true; a test that waits for ever has failed.</summary>
    public static void Until(Func<bool> condition)
    {
        while (!condition())
        {
            Thread.Sleep(1);
        }
    }

    private sealed class Handler(TestServer test) : IFrameHandler
    {
        public void OnConnected(Connection connection) => test.Connected.Enqueue(connection);

        public void OnFrame(Connection connection, Span<byte> frame, ResponseSlot slot) =>
            test.onFrame(connection, frame, slot);

        public void OnTurnEnd(Reactor reactor) => test.OnTurnEnd?.Invoke(reactor);

        public void OnClosed(Connection connection, CloseReason reason) => test.Closed.Enqueue(reason);

        public void OnStopping(Reactor reactor) => test.OnStopping?.Invoke(reactor);
    }

    private sealed class Question<T>(Func<Reactor, T> question) : WorkItem
    {
        public TaskCompletionSource<T> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected internal override void Run(Reactor reactor)
        {
            try
            {
                Answer.SetResult(question(reactor));
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Answer.SetException(failure);
            }
        }
    }
}
