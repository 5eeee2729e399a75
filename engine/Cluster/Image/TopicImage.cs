using Millrace.Base;

namespace Millrace.Cluster;

/// <summary>A topic and its partitions. Immutable; any thread.</summary>
public sealed class TopicImage
{
    private readonly PartitionImage[] partitions;

    /// <param name="name">The topic's name.</param>
    /// <param name="id">The topic's id.</param>
    /// <param name="partitions">By partition id, without a gap. Taken, not copied.</param>
    internal TopicImage(string name, Uuid id, PartitionImage[] partitions)
    {
        Name = name;
        Id = id;
        this.partitions = partitions;
    }

    public string Name { get; }

    public Uuid Id { get; }

    /// <summary>By partition id, from 0 on.</summary>
    public ReadOnlySpan<PartitionImage> Partitions => partitions;

    public int PartitionCount => partitions.Length;

    /// <summary>A partition, or null where the topic has none of that id.</summary>
    public PartitionImage? Find(int partitionId) =>
        (uint)partitionId < (uint)partitions.Length ? partitions[partitionId] : null;
}
