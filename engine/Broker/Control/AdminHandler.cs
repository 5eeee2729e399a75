using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>
/// Serves an API of the control plane that is answered as soon as it is decided: authorise, validate, one call into the
/// domain, translate. On the controller's event loop.
/// </summary>
/// <param name="apiKey">The API.</param>
/// <param name="controller">Where the metadata is, and is changed.</param>
public abstract class AdminHandler<TRequest, TResponse>(ApiKey apiKey, Controller controller)
    : ControlHandler(apiKey, controller.Loop)
    where TRequest : class, IMessage
    where TResponse : class, IMessage
{
    /// <summary>Where the metadata is, and is changed.</summary>
    protected Controller Controller { get; } = controller;

    protected internal sealed override bool MayFail => !Controller.IsCommitting;

    /// <summary>
    /// The answer; null where the metadata log takes no change (<see cref="Controller.TryCommit"/>), which no response
    /// can tell: the connection is closed, and the client tries again.
    /// </summary>
    public abstract TResponse? Serve(TRequest request, in Caller caller);

    protected internal sealed override void Handle(ControlCall call)
    {
        TResponse? response = Serve((TRequest)call.Request, Caller.Of(call));
        if (response is null)
        {
            call.Close();
            return;
        }

        call.Complete(response);
    }
}
