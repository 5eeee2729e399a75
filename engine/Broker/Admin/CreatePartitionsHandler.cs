using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Adds partitions to topics.</summary>
public sealed class CreatePartitionsHandler(Controller controller, IAuthorizer authorizer, Random random)
    : AdminHandler<CreatePartitionsRequest, CreatePartitionsResponse>(ApiKey.CreatePartitions, controller)
{
    public override CreatePartitionsResponse? Serve(CreatePartitionsRequest request, in Caller caller)
    {
        Caller asking = caller;
        Decision<CreatePartitionsResponse> decision = PartitionCreation.Decide(
            request,
            Controller.Image,
            random,
            name => authorizer.AllowsTopic(asking, AclOperation.Alter, name));
        return Controller.TryCommit(decision.Records) ? decision.Response : null;
    }
}
