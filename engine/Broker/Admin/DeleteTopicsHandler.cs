using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Deletes topics, by name and from version 6 on by id.</summary>
public sealed class DeleteTopicsHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<DeleteTopicsRequest, DeleteTopicsResponse>(ApiKey.DeleteTopics, controller)
{
    public override DeleteTopicsResponse? Serve(DeleteTopicsRequest request, in Caller caller)
    {
        Caller asking = caller;
        bool mayDeleteAny = authorizer.AllowsCluster(caller, AclOperation.Delete);
        TopicDeletionRules rules = new()
        {
            IsEnabled = Controller.Configs.Current.DeleteTopics,
            MayDescribe = name => mayDeleteAny || authorizer.AllowsTopic(asking, AclOperation.Describe, name),
            MayDelete = name => mayDeleteAny || authorizer.AllowsTopic(asking, AclOperation.Delete, name),
        };
        Decision<DeleteTopicsResponse> decision = TopicDeletion.Decide(
            request, caller.Version, Controller.Image, rules);
        return Controller.TryCommit(decision.Records) ? decision.Response : null;
    }
}
