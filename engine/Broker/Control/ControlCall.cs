using Millrace.Base;
using Millrace.Network;
using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>
/// A request of the control plane: decoded on its reactor, served on an event loop, answered on its reactor again. Its
/// handler completes it exactly once, from any thread, when it runs or later.
/// </summary>
public sealed class ControlCall : LoopWork
{
    private readonly ControlHandler handler;
    private readonly BrokerReactor reactor;
    private readonly ResponseSlot slot;
    private readonly int correlationId;

    internal ControlCall(ControlHandler handler, BrokerReactor reactor, in RequestView request, IMessage message)
    {
        this.handler = handler;
        this.reactor = reactor;
        slot = request.Slot;
        correlationId = request.CorrelationId;
        Version = request.Version;
        ClientId = request.ClientId.ToText();
        Request = message;
        Session = request.Connection.Session;
        ListenerName = request.Connection.ListenerName;
        LocalAddress = request.Connection.LocalAddress;
        PeerAddress = request.Connection.PeerAddress;
    }

    /// <summary>The decoded request.</summary>
    public IMessage Request { get; }

    public short Version { get; }

    public string? ClientId { get; }

    /// <summary>What the connection is known as, for the authorizer.</summary>
    public object? Session { get; }

    public string ListenerName { get; }

    /// <summary>The address that the client connected to.</summary>
    public NetworkAddress LocalAddress { get; }

    public NetworkAddress PeerAddress { get; }

    /// <summary>Answers the request.</summary>
    public void Complete(IMessage response) =>
        reactor.Post(new Answer(this, MessageCodec.Encode(response, Version)));

    /// <summary>Closes the connection instead of an answer: for what no response can tell.</summary>
    public void Close() => reactor.Post(new Answer(this, null));

    protected internal override void Run(EventLoop loop) => Serve();

    /// <summary>Has the handler serve the request, on the thread that calls.</summary>
    internal void Serve()
    {
        try
        {
            handler.Handle(this);
        }
        catch (Exception fault) when (handler.MayFail)
        {
            reactor.Log.Error($"{handler.ApiKey} version {Version} from {PeerAddress} failed: {fault}");
            Close();
        }
    }

    private sealed class Answer(ControlCall call, byte[]? body) : WorkItem
    {
        protected override void Run(Reactor reactor)
        {
            if (body is null)
            {
                call.slot.CloseWithoutResponse();
                return;
            }

            if (!call.slot.IsAbandoned)
            {
                short header = ApiFacts.Of(call.handler.ApiKey).ResponseHeaderVersion(call.Version);
                BrokerReactor.WriteHeader(call.slot, header, call.correlationId);
                call.slot.Append(body);
            }

            call.slot.Complete();
        }
    }
}
