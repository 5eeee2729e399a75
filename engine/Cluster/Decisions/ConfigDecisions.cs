using System.Collections.Immutable;
using System.Globalization;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>Decides what one resource's changes come to: the port to whoever knows the configs.</summary>
/// <param name="resource">Whose configs; it exists.</param>
/// <param name="changes">The request's entries.</param>
/// <param name="current">The resource's dynamic configs as they are.</param>
/// <param name="records">Name and new value of each that changes; a null value removes.</param>
public delegate Refusal ConfigAlterer<TChange>(
    ConfigResourceKey resource,
    IReadOnlyList<TChange> changes,
    ImmutableSortedDictionary<string, string> current,
    out IReadOnlyList<KeyValuePair<string, string?>> records);

/// <summary>
/// Decides IncrementalAlterConfigs and AlterConfigs, but for what the configs themselves allow. Pure; codes and texts
/// are Kafka 4.4's.
/// </summary>
/// <param name="image">The state.</param>
/// <param name="nodeId">The broker that was asked: per-broker configs are its own only.</param>
/// <param name="mayAlter">Whether the client may alter a resource.</param>
public sealed class ConfigDecisions(
    MetadataImage image, int nodeId, Func<ConfigResourceKey, Refusal>? mayAlter = null)
{
    private const sbyte BrokerLoggerType = 8;

    /// <summary>Decides a request.</summary>
    public Decision<IncrementalAlterConfigsResponse> Incremental(
        IncrementalAlterConfigsRequest request, ConfigAlterer<IncrementalAlterConfigsRequest.AlterableConfig> alter)
    {
        List<MetadataRecord> records = [];
        List<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> responses = [];
        HashSet<ConfigResourceKey> twice = Repeated(request.Resources.Select(Key));
        foreach (IncrementalAlterConfigsRequest.AlterConfigsResource resource in request.Resources)
        {
            Refusal refusal = Alter(Key(resource), twice, resource.Configs, alter, records);
            responses.Add(new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = (short)refusal.Code,
                ErrorMessage = refusal.Message,
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
            });
        }

        return new(
            request.ValidateOnly ? [] : records, new IncrementalAlterConfigsResponse { Responses = [.. responses] });

        static ConfigResourceKey Key(IncrementalAlterConfigsRequest.AlterConfigsResource resource) =>
            new(resource.ResourceType, resource.ResourceName);
    }

    /// <summary>Decides a request of the old kind, which names all that shall stay.</summary>
    public Decision<AlterConfigsResponse> Replace(
        AlterConfigsRequest request, ConfigAlterer<AlterConfigsRequest.AlterableConfig> alter)
    {
        List<MetadataRecord> records = [];
        List<AlterConfigsResponse.AlterConfigsResourceResponse> responses = [];
        HashSet<ConfigResourceKey> twice = Repeated(request.Resources.Select(Key));
        foreach (AlterConfigsRequest.AlterConfigsResource resource in request.Resources)
        {
            Refusal refusal = Alter(Key(resource), twice, resource.Configs, alter, records);
            responses.Add(new AlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = (short)refusal.Code,
                ErrorMessage = refusal.Message,
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
            });
        }

        return new(request.ValidateOnly ? [] : records, new AlterConfigsResponse { Responses = [.. responses] });

        static ConfigResourceKey Key(AlterConfigsRequest.AlterConfigsResource resource) =>
            new(resource.ResourceType, resource.ResourceName);
    }

    private Refusal Alter<TChange>(
        ConfigResourceKey resource,
        HashSet<ConfigResourceKey> twice,
        TChange[] changes,
        ConfigAlterer<TChange> alter,
        List<MetadataRecord> records)
    {
        Refusal refusal = twice.Contains(resource)
            ? Refusal.InvalidRequest("Each resource must appear at most once.")
            : Check(resource);
        if (refusal.IsError)
        {
            return refusal;
        }

        refusal = alter(resource, changes, image.ConfigsOf(resource), out var changed);
        if (!refusal.IsError)
        {
            records.AddRange(changed.Select(pair => ImageRecords.Config(resource, pair.Key, pair.Value)));
        }

        return refusal;
    }

    private Refusal Check(ConfigResourceKey resource)
    {
        Refusal refusal = resource.Type switch
        {
            ConfigResourceKey.TopicType or ConfigResourceKey.ClientMetricsType or ConfigResourceKey.GroupType =>
                Refusal.None,
            ConfigResourceKey.BrokerType => CheckNode(resource.Name),
            BrokerLoggerType => Refusal.InvalidRequest(
                "Log levels are set in Millrace's own config, not through broker loggers."),
            _ => Refusal.InvalidRequest($"Unknown resource type {resource.Type}"),
        };
        if (!refusal.IsError && mayAlter is not null)
        {
            refusal = mayAlter(resource);
        }

        bool isUnknownTopic = resource is { Type: ConfigResourceKey.TopicType, Name.Length: > 0 }
            && !image.TryFindTopic(resource.Name, out _);
        return !refusal.IsError && isUnknownTopic
            ? Refusal.UnknownTopicOrPartition($"The topic '{resource.Name}' does not exist.")
            : refusal;
    }

    private Refusal CheckNode(string name)
    {
        if (name.Length == 0)
        {
            return Refusal.None;
        }

        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id))
        {
            return Refusal.InvalidRequest($"Node id must be an integer, but it is: {name}");
        }

        return id == nodeId
            ? Refusal.None
            : Refusal.InvalidRequest($"Unexpected broker id, expected {nodeId}, but received {name}");
    }

    private static HashSet<ConfigResourceKey> Repeated(IEnumerable<ConfigResourceKey> resources) =>
        [.. resources.GroupBy(static key => key).Where(static group => group.Count() > 1).Select(static g => g.Key)];
}
