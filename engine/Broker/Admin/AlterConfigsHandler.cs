using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Replaces all dynamic configs of resources: the old way, which clients before 2.3 have.</summary>
public sealed class AlterConfigsHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<AlterConfigsRequest, AlterConfigsResponse>(ApiKey.AlterConfigs, controller)
{
    public override AlterConfigsResponse? Serve(AlterConfigsRequest request, in Caller caller)
    {
        Caller asking = caller;
        ConfigAlteration alteration = Controller.Configs.AlterationOf(Controller.Image);
        ConfigDecisions decisions = new(
            Controller.Image,
            Controller.Configs.Current.NodeId,
            resource => ConfigAuthority.MayAlter(authorizer, asking, resource));
        Decision<AlterConfigsResponse> decision = decisions.Replace(request, Alter);
        return Controller.TryCommit(decision.Records) ? decision.Response : null;

        Refusal Alter(
            ConfigResourceKey resource,
            IReadOnlyList<AlterConfigsRequest.AlterableConfig> configs,
            System.Collections.Immutable.ImmutableSortedDictionary<string, string> current,
            out IReadOnlyList<KeyValuePair<string, string?>> records)
        {
            ConfigError error = alteration.Replace(
                ConfigAuthority.ResourceOf(resource),
                [.. configs.Select(static config => new KeyValuePair<string, string?>(config.Name, config.Value))],
                current,
                out ConfigAlterationResult? result);
            return ConfigAuthority.Translate(error, result, out records);
        }
    }
}
