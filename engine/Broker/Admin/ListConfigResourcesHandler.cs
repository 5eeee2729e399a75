using System.Globalization;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Resource = Millrace.Protocol.Messages.ListConfigResourcesResponse.ConfigResource;

namespace Millrace.Broker;

/// <summary>Lists what has configs, or can have: version 0 knows client metrics subscriptions only.</summary>
public sealed class ListConfigResourcesHandler(Controller controller, ClusterView view, IAuthorizer authorizer)
    : AdminHandler<ListConfigResourcesRequest, ListConfigResourcesResponse>(ApiKey.ListConfigResources, controller)
{
    /// <summary>In the order of Kafka's answers.</summary>
    private static readonly sbyte[] All =
    [
        (sbyte)ConfigResourceType.Group,
        (sbyte)ConfigResourceType.ClientMetrics,
        (sbyte)ConfigResourceType.BrokerLogger,
        (sbyte)ConfigResourceType.Broker,
        (sbyte)ConfigResourceType.Topic,
    ];

    public override ListConfigResourcesResponse Serve(ListConfigResourcesRequest request, in Caller caller)
    {
        if (!authorizer.AllowsCluster(caller, AclOperation.DescribeConfigs))
        {
            return new ListConfigResourcesResponse { ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed };
        }

        sbyte[] wanted = caller.Version == 0 ? [(sbyte)ConfigResourceType.ClientMetrics]
            : request.ResourceTypes.Length == 0 ? All
            : request.ResourceTypes;
        if (Array.Exists(wanted, static type => Array.IndexOf(All, type) < 0))
        {
            return new ListConfigResourcesResponse { ErrorCode = (short)ErrorCode.UnsupportedVersion };
        }

        List<Resource> found = [];
        foreach (sbyte type in All)
        {
            if (Array.IndexOf(wanted, type) >= 0)
            {
                found.AddRange(NamesOf((ConfigResourceType)type, caller.ListenerName)
                    .Select(name => new Resource { ResourceName = name, ResourceType = type }));
            }
        }

        return new ListConfigResourcesResponse { ConfigResources = [.. found] };
    }

    private IEnumerable<string> NamesOf(ConfigResourceType type, string listener) => type switch
    {
        // The image's own order is another one in every process.
        ConfigResourceType.Topic => Controller.Image.TopicsByName.Keys.Order(StringComparer.Ordinal),
        ConfigResourceType.Broker or ConfigResourceType.BrokerLogger => Controller.Image.Brokers.Keys
            .Where(id => view.IsReachable(Controller.Image, id, listener))
            .Select(static id => id.ToString(CultureInfo.InvariantCulture)),
        _ => Controller.Image.Configs.Keys
            .Where(key => key.Type == (sbyte)type)
            .Select(static key => key.Name)
            .Order(StringComparer.Ordinal),
    };
}
