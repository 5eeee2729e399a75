using System.Globalization;
using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Asked = Millrace.Protocol.Messages.IncrementalAlterConfigsRequest.AlterConfigsResource;
using Result = Millrace.Protocol.Messages.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;

namespace Millrace.Broker;

/// <summary>
/// Sets, deletes, appends to and subtracts from single configs. Log levels are configs of a broker's loggers; they are
/// this process's own and no part of the metadata.
/// </summary>
public sealed class IncrementalAlterConfigsHandler(Controller controller, IAuthorizer authorizer, LogLevels levels)
    : AdminHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
        ApiKey.IncrementalAlterConfigs, controller)
{
    public override IncrementalAlterConfigsResponse? Serve(IncrementalAlterConfigsRequest request, in Caller caller)
    {
        Caller asking = caller;
        ConfigAlteration alteration = Controller.Configs.AlterationOf(Controller.Image);
        ConfigDecisions decisions = new(
            Controller.Image,
            Controller.Configs.Current.NodeId,
            resource => ConfigAuthority.MayAlter(authorizer, asking, resource));
        IncrementalAlterConfigsRequest stored = new()
        {
            ValidateOnly = request.ValidateOnly,
            Resources = Array.FindAll(request.Resources, resource => !IsLogger(resource) || IsTwice(request, resource)),
        };
        Decision<IncrementalAlterConfigsResponse> decision = decisions.Incremental(stored, Alter);
        if (!Controller.TryCommit(decision.Records))
        {
            return null;
        }

        // In the order of the request: what is stored, and what is only in memory.
        Queue<Result> storedResults = new(decision.Response.Responses);
        List<Result> results = [];
        foreach (Asked resource in request.Resources)
        {
            results.Add(IsLogger(resource) && !IsTwice(request, resource)
                ? AlterLoggers(resource, request.ValidateOnly, caller)
                : storedResults.Dequeue());
        }

        return new IncrementalAlterConfigsResponse { Responses = [.. results] };

        Refusal Alter(
            ConfigResourceKey resource,
            IReadOnlyList<IncrementalAlterConfigsRequest.AlterableConfig> configs,
            System.Collections.Immutable.ImmutableSortedDictionary<string, string> current,
            out IReadOnlyList<KeyValuePair<string, string?>> records)
        {
            ConfigError error = alteration.Incremental(
                ConfigAuthority.ResourceOf(resource),
                [.. configs.Select(ChangeOf)],
                current,
                out ConfigAlterationResult? result);
            return ConfigAuthority.Translate(error, result, out records);
        }
    }

    private static ConfigChange ChangeOf(IncrementalAlterConfigsRequest.AlterableConfig config) =>
        new(config.Name, (ConfigOperation)config.ConfigOperation, config.Value);

    private static bool IsLogger(Asked resource) => resource.ResourceType == (sbyte)ConfigResourceType.BrokerLogger;

    private static bool IsTwice(IncrementalAlterConfigsRequest request, Asked asked) =>
        Array.FindAll(request.Resources, resource => resource.ResourceType == asked.ResourceType
            && resource.ResourceName == asked.ResourceName).Length > 1;

    private Result AlterLoggers(Asked resource, bool validateOnly, in Caller caller)
    {
        ConfigError error = CheckNode(resource.ResourceName);
        if (!authorizer.AllowsCluster(caller, AclOperation.AlterConfigs))
        {
            error = new ConfigError(ErrorCode.ClusterAuthorizationFailed, null);
        }
        else if (!error.IsError)
        {
            error = LoggerAlteration.Apply(levels, [.. resource.Configs.Select(ChangeOf)], validateOnly);
        }

        return new Result
        {
            ErrorCode = (short)error.Code,
            ErrorMessage = error.Message,
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
        };
    }

    private ConfigError CheckNode(string name)
    {
        int nodeId = Controller.Configs.Current.NodeId;
        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id))
        {
            return ConfigError.InvalidRequest($"Node id must be an integer, but it is: {name}");
        }

        return id == nodeId
            ? default
            : ConfigError.InvalidRequest($"Unexpected node id. Expected {nodeId}, but received {name}");
    }
}
