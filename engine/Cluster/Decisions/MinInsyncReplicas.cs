using System.Globalization;

namespace Millrace.Cluster;

/// <summary>What turning eligible leader replicas on does to <c>min.insync.replicas</c>. Pure.</summary>
internal static class MinInsyncReplicas
{
    private const string Name = "min.insync.replicas";

    /// <summary>The records that give the cluster the config and take it from single brokers.</summary>
    internal static IEnumerable<MetadataRecord> RecordsFor(MetadataImage image, ElectionRules rules)
    {
        if (!image.ConfigsOf(ConfigResourceKey.AllBrokers).ContainsKey(Name))
        {
            string value = rules.MinInsyncReplicas.ToString(CultureInfo.InvariantCulture);
            yield return ImageRecords.Config(ConfigResourceKey.AllBrokers, Name, value);
        }

        foreach ((ConfigResourceKey resource, var configs) in image.Configs)
        {
            if (resource is { Type: ConfigResourceKey.BrokerType, Name.Length: > 0 } && configs.ContainsKey(Name))
            {
                yield return ImageRecords.Config(resource, Name, null);
            }
        }
    }
}
