using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// A topic while a <see cref="MetadataDelta"/> changes it: its partitions are copied once, however many of them change.
/// </summary>
internal sealed class TopicDraft
{
    private readonly List<PartitionImage?> partitions = [];

    internal TopicDraft(string name, Uuid id)
    {
        Name = name;
        Id = id;
    }

    internal TopicDraft(TopicImage topic)
        : this(topic.Name, topic.Id)
    {
        partitions.EnsureCapacity(topic.PartitionCount);
        foreach (PartitionImage partition in topic.Partitions)
        {
            partitions.Add(partition);
        }
    }

    internal string Name { get; }

    internal Uuid Id { get; }

    internal void Set(int partitionId, PartitionImage partition)
    {
        if (partitionId is < 0 or > ClusterLimits.PartitionsPerTopicMax)
        {
            throw new MetadataRefusedException($"topic {Name} has a partition {partitionId}, which cannot be");
        }

        while (partitions.Count <= partitionId)
        {
            partitions.Add(null);
        }

        partitions[partitionId] = partition;
    }

    internal void Change(PartitionChangeRecord change)
    {
        PartitionImage? partition = (uint)change.PartitionId < (uint)partitions.Count
            ? partitions[change.PartitionId]
            : null;
        if (partition is null)
        {
            throw new MetadataRefusedException(
                $"partition {change.PartitionId} of topic {Name} is changed before it exists");
        }

        partitions[change.PartitionId] = partition.With(change);
    }

    internal void ClearElr()
    {
        for (int index = 0; index < partitions.Count; index++)
        {
            partitions[index] = partitions[index]?.WithoutElr();
        }
    }

    internal TopicImage Build()
    {
        PartitionImage[] built = new PartitionImage[partitions.Count];
        for (int index = 0; index < built.Length; index++)
        {
            built[index] = partitions[index]
                ?? throw new MetadataRefusedException($"topic {Name} lacks partition {index} of {built.Length}");
        }

        return new TopicImage(Name, Id, built);
    }
}
