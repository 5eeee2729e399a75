using Millrace.Base;
using Millrace.Cluster;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// Takes the data plane along with the metadata: makes, resizes and deletes logs, puts topics and leaders into the
/// <see cref="PartitionTable"/>, and hands dynamic configs to whom they concern. On the controller's loop; a reactor
/// sees a topic as it was before or as it is after.
/// </summary>
public sealed class MetadataFollower
{
    private readonly int nodeId;
    private readonly NodeConfigs configs;
    private readonly PartitionTable partitions;
    private readonly IPartitionLogs logs;
    private readonly LogArea log;
    private readonly List<ReplicaDirectory> placed = [];
    private bool isMissingLogs;

    /// <param name="nodeId">This broker.</param>
    /// <param name="configs">Its configs.</param>
    /// <param name="partitions">What requests find partitions in.</param>
    /// <param name="logs">The log directories.</param>
    /// <param name="log">For logs without a topic.</param>
    public MetadataFollower(
        int nodeId, NodeConfigs configs, PartitionTable partitions, IPartitionLogs logs, LogArea log)
    {
        this.nodeId = nodeId;
        this.configs = configs;
        this.partitions = partitions;
        this.logs = logs;
        this.log = log;
    }

    /// <summary>
    /// Told on the controller's loop, or on the thread that starts the broker, after a topic with its leaders was taken
    /// over, and before that is acknowledged.
    /// </summary>
    public event Action<TopicEntry>? Followed;

    /// <summary>Told in the same way of topics that are gone, by their names.</summary>
    public event Action<IReadOnlyDictionary<string, Uuid>>? Deleted;

    /// <summary>
    /// Whether the log of some partition could not be made, as on a full disk: <see cref="OpenMissing"/> tries again.
    /// </summary>
    public bool IsMissingLogs => isMissingLogs;

    /// <summary>
    /// What was found or put into directories that the metadata did not tell, since this was asked last: for the
    /// controller, so that a directory that fails is known to have it.
    /// </summary>
    public IReadOnlyList<ReplicaDirectory> TakePlaced()
    {
        ReplicaDirectory[] taken = [.. placed];
        placed.Clear();
        return taken;
    }

    /// <summary>Tries once more to make the logs that could not be made.</summary>
    public void OpenMissing(MetadataImage image)
    {
        isMissingLogs = false;
        foreach (TopicImage topic in image.TopicsById.Values)
        {
            if (partitions.TryFind(topic.Id, out TopicEntry? entry) && IsAnyMissing(entry, topic))
            {
                Put(topic, image, mayBeNew: false);
            }
        }
    }

    /// <summary>Takes all of an image over, at the start.</summary>
    public void Load(MetadataImage image)
    {
        configs.Follow(image);
        foreach (TopicImage topic in image.TopicsById.Values)
        {
            Put(topic, image, mayBeNew: false);
        }

        foreach (PartitionLog open in logs.Open)
        {
            if (!image.TryFindTopic(open.Partition.Topic, out TopicImage? topic)
                || topic.Find(open.Partition.Partition) is null)
            {
                // Not deleted: should it be the metadata that was lost, the records are still there.
                log.Warn($"{open.Folder} belongs to no topic of this cluster; it is not served.");
            }
        }
    }

    /// <summary>Takes a change over.</summary>
    /// <param name="delta">What has changed.</param>
    /// <param name="image">What it came to.</param>
    public void Follow(MetadataDelta delta, MetadataImage image)
    {
        bool areAllConcerned = false;
        foreach (ConfigResourceKey resource in delta.ChangedConfigs)
        {
            areAllConcerned |= configs.IsConcernedBy(resource);
        }

        if (areAllConcerned)
        {
            configs.Follow(image);
        }

        Remove(delta);

        if (areAllConcerned)
        {
            foreach (TopicImage topic in image.TopicsById.Values)
            {
                Put(topic, image);
            }

            return;
        }

        HashSet<Uuid> concerned = [.. delta.ChangedTopics];
        foreach (ConfigResourceKey resource in delta.ChangedConfigs)
        {
            if (resource.Type == ConfigResourceKey.TopicType
                && image.TryFindTopic(resource.Name, out TopicImage? topic))
            {
                concerned.Add(topic.Id);
            }
        }

        foreach (Uuid id in concerned)
        {
            if (image.TryFindTopic(id, out TopicImage? topic))
            {
                Put(topic, image);
            }
        }
    }

    /// <param name="topic">What is put in place.</param>
    /// <param name="image">Where its configs are.</param>
    /// <param name="mayBeNew">Partitions that were not there before have just been created.</param>
    private void Put(TopicImage topic, MetadataImage image, bool mayBeNew = true)
    {
        TopicConfig config = TopicConfig.Read(
            image.ConfigsOf(ConfigResourceKey.Topic(topic.Name)), configs.Resolver.Values);
        LogConfig logConfig = LogConfigs.From(config);
        TopicEntry? before = partitions.TryFind(topic.Id, out TopicEntry? found) ? found : null;
        Partition[] all = new Partition[topic.PartitionCount];
        List<PartitionLog> gone = [];
        for (int index = 0; index < all.Length; index++)
        {
            Partition partition = before?.Find(index) ?? new Partition(topic.Name, index, null);
            all[index] = partition;
            PartitionImage state = topic.Partitions[index];
            if (Array.IndexOf(state.Replicas, nodeId) >= 0)
            {
                bool isNew = mayBeNew && before?.Find(index) is null;
                Open(partition, topic.Id, state.DirectoryOf(nodeId), logConfig, isNew);
            }
            else if (partition.Log is { } other)
            {
                partition.SetLog(null);
                gone.Add(other);
            }

            // The log's syncs have to find the partition before it leads.
            partitions.Attach(partition);
            partition.Apply(LeadershipOf(state));
        }

        TopicEntry entry = new(topic.Name, topic.Id, config, all);
        partitions.Put(entry);
        logs.Delete(gone);
        Followed?.Invoke(entry);
    }

    private void Open(Partition partition, Uuid topicId, Uuid directoryId, LogConfig config, bool isNew)
    {
        if (partition.Log is { } current)
        {
            current.Config = config;
            return;
        }

        TopicPartition key = new(partition.Topic, partition.Index);
        if (logs.FindOrCreate(key, topicId, directoryId, config, isNew) is { } opened)
        {
            partition.SetLog(opened);
            if (logs.DirectoryOf(opened) is var found && found != directoryId)
            {
                placed.Add(new ReplicaDirectory(topicId, partition.Index, found));
            }

            return;
        }

        isMissingLogs |= logs.MayBeMadeLater(key, directoryId);
    }

    private bool IsAnyMissing(TopicEntry entry, TopicImage topic)
    {
        foreach (Partition partition in entry.Partitions)
        {
            if (partition.Log is null
                && topic.Find(partition.Index) is { } state
                && Array.IndexOf(state.Replicas, nodeId) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private PartitionLeadership LeadershipOf(PartitionImage state) => new(
        state.Leader, state.LeaderEpoch, state.Leader == nodeId, state.Replicas.Length, state.Isr.Length);

    private void Remove(MetadataDelta delta)
    {
        Dictionary<string, Uuid> deleted = [];
        foreach (TopicImage topic in delta.DeletedTopics)
        {
            Remove(topic);
            deleted[topic.Name] = topic.Id;
        }

        if (deleted.Count > 0)
        {
            Deleted?.Invoke(deleted);
        }
    }

    private void Remove(TopicImage topic)
    {
        if (!partitions.TryFind(topic.Id, out TopicEntry? entry))
        {
            return;
        }

        List<PartitionLog> gone = [];
        foreach (Partition partition in entry.Partitions)
        {
            if (partition.Log is { } open)
            {
                gone.Add(open);
            }
        }

        partitions.Remove(entry);
        logs.Delete(gone);
    }
}
