using System.Text;
using Millrace.Base;

namespace Millrace.Broker;

/// <summary>
/// A topic as requests find it: names, configs and partitions. Immutable but for what its partitions hold; a change of
/// the topic makes another one, which takes its place in the <see cref="PartitionTable"/>.
/// </summary>
public sealed class TopicEntry
{
    private readonly Partition[] partitions;

    /// <param name="name">The topic's name.</param>
    /// <param name="id">Its id; zero where it has none.</param>
    /// <param name="config">Its effective configs.</param>
    /// <param name="partitions">By number, without a gap.</param>
    public TopicEntry(string name, Uuid id, TopicConfig config, Partition[] partitions)
    {
        Name = name;
        Utf8Name = Encoding.UTF8.GetBytes(name);
        Id = id;
        Config = config;
        this.partitions = partitions;
        IsInternal = IsInternalName(name);
    }

    public string Name { get; }

    public byte[] Utf8Name { get; }

    public Uuid Id { get; }

    public TopicConfig Config { get; }

    /// <summary>Kafka's own topics, which clients may read and not write.</summary>
    public bool IsInternal { get; }

    public ReadOnlySpan<Partition> Partitions => partitions;

    /// <summary>The partition of that number; null where there is none.</summary>
    public Partition? Find(int index) => (uint)index < (uint)partitions.Length ? partitions[index] : null;

    public static bool IsInternalName(string name) =>
        name is "__consumer_offsets" or "__transaction_state" or "__share_group_state";
}
