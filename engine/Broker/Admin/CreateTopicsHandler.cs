using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Creates topics.</summary>
public sealed class CreateTopicsHandler(Controller controller, TopicCreator creator)
    : AdminHandler<CreateTopicsRequest, CreateTopicsResponse>(ApiKey.CreateTopics, controller)
{
    public override CreateTopicsResponse? Serve(CreateTopicsRequest request, in Caller caller)
    {
        Decision<CreateTopicsResponse> decision = creator.Decide(request, caller);
        return Controller.TryCommit(decision.Records) ? decision.Response : null;
    }
}
