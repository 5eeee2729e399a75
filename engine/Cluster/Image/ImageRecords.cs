using System.Collections.Immutable;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// The records that an image is made of: what a snapshot holds, in the order in which Kafka writes them.
/// </summary>
public static class ImageRecords
{
    /// <summary>All records of an image; applied to the empty image they give it again.</summary>
    public static IEnumerable<MetadataRecord> Of(MetadataImage image)
    {
        IEnumerable<MetadataRecord>[] parts =
        [
            Features(image),
            Registrations(image),
            Topics(image),
            Configs(image),
            InOrder(image.ClientQuotas, static quota => $"{quota.Entity}\0{quota.Key}"),
            ProducerIds(image),
            image.AccessControlEntries.OrderBy(static entry => entry.Key).Select(static entry => entry.Value),
            InOrder(image.ScramCredentials, static key => $"{key.User}\0{key.Mechanism:D3}"),
            InOrder(image.DelegationTokens, static token => token),
        ];
        return parts.SelectMany(static part => part);
    }

    private static IEnumerable<MetadataRecord> Features(MetadataImage image)
    {
        // The version comes first, as it says how the rest is to be read.
        if (image.IsBootstrapped)
        {
            yield return Feature(MetadataVersion.FeatureName, image.MetadataVersion.Level);
        }

        foreach ((string name, short level) in image.Features)
        {
            if (name != MetadataVersion.FeatureName)
            {
                yield return Feature(name, level);
            }
        }
    }

    /// <summary>The record that finalizes a feature.</summary>
    public static MetadataRecord Feature(string name, short level) =>
        new(new FeatureLevelRecord { Name = name, FeatureLevel = level }, 0);

    private static IEnumerable<MetadataRecord> Registrations(MetadataImage image)
    {
        foreach (BrokerImage broker in image.Brokers.Values)
        {
            yield return broker.ToRecord(image.MetadataVersion);
        }

        if (!image.MetadataVersion.HasControllerRegistration)
        {
            yield break;
        }

        foreach (MetadataRecord controller in image.Controllers.Values)
        {
            yield return controller;
        }
    }

    private static IEnumerable<MetadataRecord> Topics(MetadataImage image)
    {
        MetadataVersion version = image.MetadataVersion;
        foreach (TopicImage topic in image.TopicsById.Values.OrderBy(
            static topic => topic.Name, StringComparer.Ordinal))
        {
            yield return new MetadataRecord(new TopicRecord { Name = topic.Name, TopicId = topic.Id }, 0);
            for (int partition = 0; partition < topic.PartitionCount; partition++)
            {
                yield return topic.Partitions[partition].ToRecord(topic.Id, partition, version);
            }
        }
    }

    private static IEnumerable<MetadataRecord> Configs(MetadataImage image)
    {
        foreach ((ConfigResourceKey resource, ImmutableSortedDictionary<string, string> configs) in
            image.Configs.OrderBy(static pair => pair.Key.Type)
                .ThenBy(static pair => pair.Key.Name, StringComparer.Ordinal))
        {
            foreach ((string name, string value) in configs)
            {
                yield return Config(resource, name, value);
            }
        }
    }

    /// <summary>The record that sets a config, or with a null value removes it.</summary>
    public static MetadataRecord Config(ConfigResourceKey resource, string name, string? value) => new(
        new ConfigRecord { ResourceType = resource.Type, ResourceName = resource.Name, Name = name, Value = value }, 0);

    private static IEnumerable<MetadataRecord> ProducerIds(MetadataImage image)
    {
        if (image.NextProducerId >= 0)
        {
            ProducerIdsRecord ids = new() { BrokerId = -1, BrokerEpoch = -1, NextProducerId = image.NextProducerId };
            yield return new MetadataRecord(ids, 0);
        }
    }

    private static IEnumerable<MetadataRecord> InOrder<TKey>(
        ImmutableDictionary<TKey, MetadataRecord> records, Func<TKey, string> order)
        where TKey : notnull =>
        records.OrderBy(record => order(record.Key), StringComparer.Ordinal).Select(static record => record.Value);
}
