using System.Collections.Concurrent;
using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// All open logs, by topic id and partition and by name. Any thread; look-ups take no lock. A log of a folder without
/// topic id (written by Kafka before 2.8) is found by its name only, until it is given one.
/// </summary>
public sealed class LogRegistry
{
    private readonly ConcurrentDictionary<TopicIdPartition, PartitionLog> byId = new();
    private readonly ConcurrentDictionary<TopicPartition, PartitionLog> byName = new();

    /// <summary>Open logs.</summary>
    public int Count => byName.Count;

    /// <summary>The logs at some moment, in no order.</summary>
    public ICollection<PartitionLog> All => byName.Values;

    /// <summary>Finds a log; null where there is none, or where its directory is offline.</summary>
    public PartitionLog? Find(Uuid topicId, int partition) =>
        byId.TryGetValue(new TopicIdPartition(topicId, partition), out PartitionLog? log) ? log : null;

    /// <summary>As <see cref="Find(Uuid, int)"/>, by the topic's name.</summary>
    public PartitionLog? Find(TopicPartition partition) =>
        byName.TryGetValue(partition, out PartitionLog? log) ? log : null;

    /// <summary>Adds a log.</summary>
    /// <returns>False where there is one of that name, as in two log directories.</returns>
    internal bool TryAdd(PartitionLog log)
    {
        if (!byName.TryAdd(log.Partition, log))
        {
            return false;
        }

        if (log.TopicId != Uuid.Zero)
        {
            byId[new TopicIdPartition(log.TopicId, log.Partition.Partition)] = log;
        }

        return true;
    }

    internal void Remove(PartitionLog log)
    {
        byName.TryRemove(new KeyValuePair<TopicPartition, PartitionLog>(log.Partition, log));
        byId.TryRemove(new KeyValuePair<TopicIdPartition, PartitionLog>(
            new TopicIdPartition(log.TopicId, log.Partition.Partition), log));
    }

    private readonly record struct TopicIdPartition(Uuid TopicId, int Partition);
}
