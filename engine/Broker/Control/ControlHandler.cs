using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>
/// Serves an API of the control plane: <see cref="Handle"/> runs on an event loop, or on the reactor where it only
/// hands on, with the request decoded, and completes the call there or later.
/// </summary>
public abstract class ControlHandler : IRequestHandler
{
    private readonly EventLoop? loop;
    private readonly MessageDescriptor descriptor;

    /// <param name="apiKey">The API.</param>
    /// <param name="loop">Where it is served; null for the reactor that the request came to.</param>
    protected ControlHandler(ApiKey apiKey, EventLoop? loop)
    {
        ApiKey = apiKey;
        this.loop = loop;
        descriptor = MessageCatalog.TryFindRequest((short)apiKey, out MessageDescriptor? found)
            ? found
            : throw new ArgumentException($"{apiKey} has no request.", nameof(apiKey));
    }

    public ApiKey ApiKey { get; }

    /// <summary>
    /// Whether a fault of ours, as it is met, has changed nothing yet: then it costs the one connection that asked, and
    /// not everybody's service.
    /// </summary>
    protected internal virtual bool MayFail => true;

    public virtual DecodeError Begin(BrokerReactor reactor, in RequestView request)
    {
        IMessage message = descriptor.Create();
        DecodeError error = MessageCodec.Decode(request.Body, request.Version, message);
        if (error.IsError && error.Kind != DecodeErrorKind.TrailingBytes)
        {
            return error;
        }

        // Bytes behind a whole message are passed over, as Kafka does.
        ControlCall call = new(this, reactor, request, message);
        if (LoopFor(message) is { } chosen)
        {
            chosen.Post(call);
        }
        else
        {
            call.Serve();
        }

        return default;
    }

    /// <summary>Where a request is served; null for the reactor, which must not be blocked.</summary>
    protected virtual EventLoop? LoopFor(IMessage request) => loop;

    /// <summary>Serves a request and completes the call, now or later. On the loop's thread.</summary>
    protected internal abstract void Handle(ControlCall call);
}
