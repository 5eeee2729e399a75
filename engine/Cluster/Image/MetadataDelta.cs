using System.Collections.Immutable;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// The way from one image to the next: records are applied, then the new image is built. It also tells what they
/// changed. One thread; used once. <see cref="Apply"/> is the only place where a record comes to mean anything.
/// </summary>
public sealed class MetadataDelta
{
    private readonly MetadataImage before;
    private readonly Dictionary<Uuid, TopicDraft> drafts = [];
    private readonly Dictionary<string, Uuid> createdNames = new(StringComparer.Ordinal);
    private readonly Dictionary<Uuid, TopicImage> deleted = [];
    private readonly HashSet<ConfigResourceKey> changedConfigs = [];
    private readonly HashSet<int> changedBrokers = [];

    private readonly ImmutableDictionary<ConfigResourceKey, ImmutableSortedDictionary<string, string>>.Builder configs;
    private readonly ImmutableSortedDictionary<string, short>.Builder features;
    private readonly ImmutableSortedDictionary<int, BrokerImage>.Builder brokers;
    private readonly ImmutableSortedDictionary<int, MetadataRecord>.Builder controllers;
    private readonly ImmutableDictionary<Uuid, MetadataRecord>.Builder accessControlEntries;
    private readonly ImmutableDictionary<(string User, sbyte Mechanism), MetadataRecord>.Builder scramCredentials;
    private readonly ImmutableDictionary<ClientQuotaKey, MetadataRecord>.Builder clientQuotas;
    private readonly ImmutableDictionary<string, MetadataRecord>.Builder delegationTokens;
    private long nextProducerId;

    /// <summary>Begins a change of an image.</summary>
    public MetadataDelta(MetadataImage before)
    {
        this.before = before;
        configs = before.Configs.ToBuilder();
        features = before.Features.ToBuilder();
        brokers = before.Brokers.ToBuilder();
        controllers = before.Controllers.ToBuilder();
        accessControlEntries = before.AccessControlEntries.ToBuilder();
        scramCredentials = before.ScramCredentials.ToBuilder();
        clientQuotas = before.ClientQuotas.ToBuilder();
        delegationTokens = before.DelegationTokens.ToBuilder();
        nextProducerId = before.NextProducerId;
    }

    /// <summary>Topics that were created or that have changed partitions.</summary>
    public IReadOnlyCollection<Uuid> ChangedTopics => drafts.Keys;

    /// <summary>Topics of the image before that are gone.</summary>
    public IReadOnlyCollection<TopicImage> DeletedTopics => deleted.Values;

    /// <summary>Resources whose configs changed, those of deleted topics included.</summary>
    public IReadOnlyCollection<ConfigResourceKey> ChangedConfigs => changedConfigs;

    /// <summary>Brokers whose registration came, changed or went.</summary>
    public IReadOnlyCollection<int> ChangedBrokers => changedBrokers;

    public bool FeaturesChanged { get; private set; }

    /// <summary>ACLs, SCRAM credentials, quotas or delegation tokens changed.</summary>
    public bool SecurityChanged { get; private set; }

    /// <summary>Takes a record in.</summary>
    /// <exception cref="MetadataRefusedException">It contradicts what is there, or asks for a newer
    /// program.</exception>
    public void Apply(in MetadataRecord record)
    {
        switch (record.Message)
        {
            case TopicRecord topic:
                Apply(topic);
                break;
            case PartitionRecord partition:
                DraftOf(partition.TopicId).Set(partition.PartitionId, PartitionImage.From(partition));
                break;
            case PartitionChangeRecord change:
                DraftOf(change.TopicId).Change(change);
                break;
            case RemoveTopicRecord removal:
                Apply(removal);
                break;
            case ConfigRecord config:
                Apply(config);
                break;
            case FeatureLevelRecord feature:
                Apply(feature);
                break;
            case ProducerIdsRecord ids:
                nextProducerId = ids.NextProducerId;
                break;
            case ClearElrRecord clear:
                Apply(clear);
                break;
            case NoOpRecord or ZkMigrationStateRecord:
                // The state of a migration has meant nothing since Kafka 4.0 took ZooKeeper out.
                break;
            default:
                ApplyRegistration(record);
                break;
        }
    }

    private void ApplyRegistration(in MetadataRecord record)
    {
        switch (record.Message)
        {
            case RegisterBrokerRecord broker:
                SetBroker(broker.BrokerId, new BrokerImage(broker));
                break;
            case UnregisterBrokerRecord broker:
                brokers.Remove(broker.BrokerId);
                changedBrokers.Add(broker.BrokerId);
                break;
            case BrokerRegistrationChangeRecord change:
                SetBroker(change.BrokerId, BrokerOf(change.BrokerId, change.BrokerEpoch).With(change));
                break;
            case FenceBrokerRecord fence:
                SetBroker(fence.Id, BrokerOf(fence.Id, fence.Epoch).WithFenced(true));
                break;
            case UnfenceBrokerRecord unfence:
                SetBroker(unfence.Id, BrokerOf(unfence.Id, unfence.Epoch).WithFenced(false));
                break;
            case RegisterControllerRecord controller:
                controllers[controller.ControllerId] = record;
                break;
            case UnregisterControllerRecord controller:
                controllers.Remove(controller.ControllerId);
                break;
            default:
                ApplySecurity(record);
                break;
        }
    }

    private void ApplySecurity(in MetadataRecord record)
    {
        SecurityChanged = true;
        switch (record.Message)
        {
            case AccessControlEntryRecord entry:
                accessControlEntries[entry.Id] = record;
                break;
            case RemoveAccessControlEntryRecord entry:
                accessControlEntries.Remove(entry.Id);
                break;
            case UserScramCredentialRecord credential:
                scramCredentials[(credential.Name, credential.Mechanism)] = record;
                break;
            case RemoveUserScramCredentialRecord credential:
                scramCredentials.Remove((credential.Name, credential.Mechanism));
                break;
            case ClientQuotaRecord { Remove: true } quota:
                clientQuotas.Remove(ClientQuotaKey.Of(quota));
                break;
            case ClientQuotaRecord quota:
                clientQuotas[ClientQuotaKey.Of(quota)] = record;
                break;
            case DelegationTokenRecord token:
                delegationTokens[token.TokenId] = record;
                break;
            case RemoveDelegationTokenRecord token:
                delegationTokens.Remove(token.TokenId);
                break;
            default:
                throw new MetadataRefusedException(
                    $"a {record.Message.Descriptor.Name} stands where no such record may be");
        }
    }

    private void Apply(TopicRecord topic)
    {
        if (drafts.ContainsKey(topic.TopicId)
            || (before.TopicsById.ContainsKey(topic.TopicId) && !deleted.ContainsKey(topic.TopicId)))
        {
            throw new MetadataRefusedException($"topic {topic.Name} is created twice under the id {topic.TopicId}");
        }

        drafts[topic.TopicId] = new TopicDraft(topic.Name, topic.TopicId);
        createdNames[topic.Name] = topic.TopicId;
    }

    private void Apply(RemoveTopicRecord removal)
    {
        string name;
        if (before.TopicsById.TryGetValue(removal.TopicId, out TopicImage? old) && deleted.TryAdd(removal.TopicId, old))
        {
            name = old.Name;
            drafts.Remove(removal.TopicId);
        }
        else if (drafts.Remove(removal.TopicId, out TopicDraft? draft))
        {
            name = draft.Name;
            createdNames.Remove(name);
        }
        else
        {
            throw new MetadataRefusedException($"a topic of id {removal.TopicId} is removed before it exists");
        }

        ConfigResourceKey resource = ConfigResourceKey.Topic(name);
        if (configs.Remove(resource))
        {
            changedConfigs.Add(resource);
        }
    }

    private TopicDraft DraftOf(Uuid topicId)
    {
        if (drafts.TryGetValue(topicId, out TopicDraft? draft))
        {
            return draft;
        }

        if (!before.TopicsById.TryGetValue(topicId, out TopicImage? topic) || deleted.ContainsKey(topicId))
        {
            throw new MetadataRefusedException($"a partition belongs to a topic of id {topicId}, which does not exist");
        }

        draft = new TopicDraft(topic);
        drafts.Add(topicId, draft);
        return draft;
    }

    private void Apply(ConfigRecord config)
    {
        ConfigResourceKey resource = new(config.ResourceType, config.ResourceName);
        changedConfigs.Add(resource);
        ImmutableSortedDictionary<string, string> old = configs.TryGetValue(
            resource, out ImmutableSortedDictionary<string, string>? found)
            ? found
            : ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        ImmutableSortedDictionary<string, string> updated =
            config.Value is null ? old.Remove(config.Name) : old.SetItem(config.Name, config.Value);
        if (updated.IsEmpty)
        {
            configs.Remove(resource);
        }
        else
        {
            configs[resource] = updated;
        }
    }

    private void Apply(FeatureLevelRecord feature)
    {
        FeaturesChanged = true;
        MetadataVersion version = new(feature.FeatureLevel);
        if (feature.Name == MetadataVersion.FeatureName)
        {
            if (!version.IsKnown)
            {
                throw new MetadataRefusedException(
                    $"the cluster has metadata.version level {feature.FeatureLevel}, served are "
                    + $"{MetadataVersion.Oldest} (level {MetadataVersion.Oldest.Level}) to "
                    + $"{MetadataVersion.Newest} (level {MetadataVersion.Newest.Level})");
            }
        }
        else if (ClusterFeature.TryGetRange(feature.Name, out _, out short max) && feature.FeatureLevel > max)
        {
            throw new MetadataRefusedException(
                $"the cluster has {feature.Name} {feature.FeatureLevel}, the newest served is {max}");
        }
        else if (ClusterFeature.Find(feature.Name) is null && feature.FeatureLevel > 0)
        {
            throw new MetadataRefusedException(
                $"the cluster has {feature.Name} {feature.FeatureLevel}, a feature that is not served");
        }

        if (feature.FeatureLevel == 0)
        {
            features.Remove(feature.Name);
        }
        else
        {
            features[feature.Name] = feature.FeatureLevel;
        }
    }

    private void Apply(ClearElrRecord clear)
    {
        if (clear.TopicName.Length > 0)
        {
            Uuid id = createdNames.TryGetValue(clear.TopicName, out Uuid created) ? created
                : before.TopicsByName.TryGetValue(clear.TopicName, out TopicImage? topic) ? topic.Id
                : throw new MetadataRefusedException($"topic {clear.TopicName} is changed before it exists");
            DraftOf(id).ClearElr();
            return;
        }

        foreach (Uuid id in before.TopicsById.Keys)
        {
            if (!deleted.ContainsKey(id))
            {
                DraftOf(id).ClearElr();
            }
        }

        foreach (TopicDraft draft in drafts.Values)
        {
            draft.ClearElr();
        }
    }

    private void SetBroker(int id, BrokerImage broker)
    {
        brokers[id] = broker;
        changedBrokers.Add(id);
    }

    private BrokerImage BrokerOf(int id, long epoch)
    {
        if (!brokers.TryGetValue(id, out BrokerImage? broker))
        {
            throw new MetadataRefusedException($"broker {id} is changed before it has registered");
        }

        return broker.Epoch == epoch
            ? broker
            : throw new MetadataRefusedException($"broker {id} of epoch {broker.Epoch} is changed under epoch {epoch}");
    }

    /// <summary>The image after all that was applied.</summary>
    /// <param name="offset">Offset of the last record.</param>
    /// <param name="epoch">The quorum's epoch in which it was written.</param>
    /// <param name="timestampMs">Its batch's time.</param>
    public MetadataImage Build(long offset, int epoch, long timestampMs)
    {
        ImmutableDictionary<string, TopicImage>.Builder byName = before.TopicsByName.ToBuilder();
        ImmutableDictionary<Uuid, TopicImage>.Builder byId = before.TopicsById.ToBuilder();
        ImmutableDictionary<string, ImmutableHashSet<string>>.Builder unified = before.TopicsByUnifiedName.ToBuilder();
        foreach (TopicImage topic in deleted.Values)
        {
            byName.Remove(topic.Name);
            byId.Remove(topic.Id);
            Forget(unified, topic.Name);
        }

        foreach (TopicDraft draft in drafts.Values)
        {
            TopicImage topic = draft.Build();
            if (byName.TryGetValue(topic.Name, out TopicImage? other) && other.Id != topic.Id)
            {
                throw new MetadataRefusedException(
                    $"topic {topic.Name} has two ids, {other.Id} and {topic.Id}");
            }

            byName[topic.Name] = topic;
            byId[topic.Id] = topic;
            Remember(unified, topic.Name);
        }

        return new MetadataImage
        {
            Offset = offset,
            Epoch = epoch,
            TimestampMs = timestampMs,
            TopicsByName = byName.ToImmutable(),
            TopicsById = byId.ToImmutable(),
            TopicsByUnifiedName = unified.ToImmutable(),
            Configs = configs.ToImmutable(),
            Features = features.ToImmutable(),
            Brokers = brokers.ToImmutable(),
            Controllers = controllers.ToImmutable(),
            NextProducerId = nextProducerId,
            AccessControlEntries = accessControlEntries.ToImmutable(),
            ScramCredentials = scramCredentials.ToImmutable(),
            ClientQuotas = clientQuotas.ToImmutable(),
            DelegationTokens = delegationTokens.ToImmutable(),
        };
    }

    private static void Remember(ImmutableDictionary<string, ImmutableHashSet<string>>.Builder unified, string name)
    {
        if (TopicName.HasCollisionCharacters(name))
        {
            string key = TopicName.Unify(name);
            unified[key] = unified.TryGetValue(key, out ImmutableHashSet<string>? names) ? names.Add(name) : [name];
        }
    }

    private static void Forget(ImmutableDictionary<string, ImmutableHashSet<string>>.Builder unified, string name)
    {
        string key = TopicName.Unify(name);
        if (!TopicName.HasCollisionCharacters(name) || !unified.TryGetValue(key, out ImmutableHashSet<string>? names))
        {
            return;
        }

        names = names.Remove(name);
        if (names.IsEmpty)
        {
            unified.Remove(key);
        }
        else
        {
            unified[key] = names;
        }
    }
}
