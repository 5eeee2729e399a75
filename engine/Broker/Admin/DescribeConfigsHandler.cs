using System.Globalization;
using System.Text;
using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Asked = Millrace.Protocol.Messages.DescribeConfigsRequest.DescribeConfigsResource;
using Result = Millrace.Protocol.Messages.DescribeConfigsResponse.DescribeConfigsResult;

namespace Millrace.Broker;

/// <summary>Tells configs, and where each comes from. Codes and texts are Kafka 4.4's.</summary>
public sealed class DescribeConfigsHandler(Controller controller, IAuthorizer authorizer, LogLevels levels)
    : AdminHandler<DescribeConfigsRequest, DescribeConfigsResponse>(ApiKey.DescribeConfigs, controller)
{
    public override DescribeConfigsResponse Serve(DescribeConfigsRequest request, in Caller caller)
    {
        Asked? stranger = Array.Find(
            request.Resources, static resource => !Enum.IsDefined((ConfigResourceType)resource.ResourceType)
                || resource.ResourceType == (sbyte)ConfigResourceType.Unknown);
        if (stranger is not null)
        {
            // One resource of a type that does not exist spoils the request.
            Refusal refusal = Invalid($"Unexpected resource type UNKNOWN for resource {stranger.ResourceName}");
            return new DescribeConfigsResponse
            {
                Results = Array.ConvertAll(request.Resources, resource => Refused(resource, refusal)),
            };
        }

        DescribeOptions options = new(request.IncludeSynonyms, request.IncludeDocumentation);
        List<Result> results = [];
        List<Result> unauthorized = [];
        foreach (Asked resource in request.Resources)
        {
            ErrorCode error = Authorize(resource, caller);
            if (error != ErrorCode.None)
            {
                unauthorized.Add(Refused(resource, new Refusal(error, ErrorFacts.Of(error).Message)));
                continue;
            }

            Refusal refusal = Describe(resource, options, out List<DescribedConfig> configs);
            results.Add(refusal.IsError ? Refused(resource, refusal) : Described(resource, configs, caller.Version));
        }

        return new DescribeConfigsResponse { Results = [.. results, .. unauthorized] };
    }

    private ErrorCode Authorize(Asked resource, in Caller caller)
    {
        (AclResourceType type, ErrorCode error) = (ConfigResourceType)resource.ResourceType switch
        {
            ConfigResourceType.Topic => (AclResourceType.Topic, ErrorCode.TopicAuthorizationFailed),
            ConfigResourceType.Group => (AclResourceType.Group, ErrorCode.GroupAuthorizationFailed),
            _ => (AclResourceType.Cluster, ErrorCode.ClusterAuthorizationFailed),
        };
        ReadOnlySpan<byte> name = type == AclResourceType.Cluster
            ? IAuthorizer.ClusterName
            : Encoding.UTF8.GetBytes(resource.ResourceName);
        return authorizer.Allows(caller.Session, AclOperation.DescribeConfigs, type, name) ? ErrorCode.None : error;
    }

    private Refusal Describe(Asked resource, DescribeOptions options, out List<DescribedConfig> configs)
    {
        configs = [];
        ConfigResolver resolver = Controller.Configs.Resolver;
        string[]? names = resource.ConfigurationKeys;
        IReadOnlyDictionary<string, string> own = Controller.Image.ConfigsOf(
            new ConfigResourceKey(resource.ResourceType, resource.ResourceName));
        Refusal refusal = Check((ConfigResourceType)resource.ResourceType, resource.ResourceName);
        if (!refusal.IsError)
        {
            configs = (ConfigResourceType)resource.ResourceType switch
            {
                ConfigResourceType.Topic => resolver.DescribeTopic(own, names, options),
                ConfigResourceType.Group => resolver.DescribeGroup(own, names, options),
                ConfigResourceType.ClientMetrics => resolver.DescribeClientMetrics(own, names, options),
                ConfigResourceType.BrokerLogger => ConfigResolver.DescribeLoggers(levels.Describe(), names),
                _ when resource.ResourceName.Length == 0 => resolver.DescribeBrokerDefaults(names, options),
                _ => resolver.DescribeBroker(names, options),
            };
        }

        return refusal;
    }

    private Refusal Check(ConfigResourceType type, string name) => type switch
    {
        ConfigResourceType.Topic when TopicName.WhyInvalid(name) is { } why =>
            new Refusal(ErrorCode.InvalidTopicException, why),
        ConfigResourceType.Topic when !Controller.Image.TryFindTopic(name, out _) =>
            new Refusal(ErrorCode.UnknownTopicOrPartition, ""),
        ConfigResourceType.Group when name.Length == 0 => Invalid("Group name must not be empty"),
        ConfigResourceType.ClientMetrics when name.Length == 0 =>
            Invalid("Client metrics subscription name must not be empty"),
        ConfigResourceType.Broker when name.Length > 0 => CheckNode(name, " or empty string,"),
        ConfigResourceType.BrokerLogger =>
            name.Length == 0 ? Invalid("Broker id must not be empty") : CheckNode(name, ""),
        _ => Refusal.None,
    };

    private Refusal CheckNode(string name, string orElse)
    {
        int nodeId = Controller.Configs.Current.NodeId;
        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id))
        {
            return Invalid($"Broker id must be an integer, but it is: {name}");
        }

        return id == nodeId
            ? Refusal.None
            : Invalid($"Unexpected broker id, expected {nodeId}{orElse} but received {name}");
    }

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidRequest, message);

    private static Result Refused(Asked resource, Refusal refusal) => new()
    {
        ErrorCode = (short)refusal.Code,
        ErrorMessage = refusal.Message,
        ResourceType = resource.ResourceType,
        ResourceName = resource.ResourceName,
    };

    private static Result Described(Asked resource, List<DescribedConfig> configs, short version) => new()
    {
        ResourceType = resource.ResourceType,
        ResourceName = resource.ResourceName,
        Configs = [.. configs.Select(config => Entry(config, version))],
    };

    private static DescribeConfigsResponse.DescribeConfigsResourceResult Entry(
        DescribedConfig config, short version) => new()
    {
        Name = config.Name,
        Value = config.Value,
        ReadOnly = config.IsReadOnly,
        IsDefault = version == 0 && config.IsDefault,
        ConfigSource = (sbyte)config.Source,
        IsSensitive = config.IsSensitive,
        ConfigType = (sbyte)config.Type,
        Documentation = config.Documentation,
        Synonyms =
        [
            .. config.Synonyms.Select(static synonym => new DescribeConfigsResponse.DescribeConfigsSynonym
            {
                Name = synonym.Name,
                Value = synonym.Value,
                Source = (sbyte)synonym.Source,
            }),
        ],
    };
}
