using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Millrace.Base;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// Finds topics and partitions for requests, by name and by id, without a lock or memory. Written by whoever applies
/// the metadata, a topic at a time, each as a whole.
/// </summary>
public sealed class PartitionTable
{
    private readonly ConcurrentDictionary<byte[], TopicEntry> byName = new(Utf8Comparer.Instance);
    private readonly ConcurrentDictionary<byte[], TopicEntry>.AlternateLookup<ReadOnlySpan<byte>> byNameSpan;
    private readonly ConcurrentDictionary<Uuid, TopicEntry> byId = new();
    private readonly ConcurrentDictionary<PartitionLog, Partition> byLog = new();

    public PartitionTable() => byNameSpan = byName.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>All topics, in no order; a topic that changes meanwhile may be an older or a newer one.</summary>
    public IEnumerable<TopicEntry> Topics => byName.Values;

    public int TopicCount => byName.Count;

    /// <summary>Puts a topic in, in place of what stood under its name.</summary>
    public void Put(TopicEntry topic)
    {
        foreach (Partition partition in topic.Partitions)
        {
            Attach(partition);
        }

        if (byName.TryGetValue(topic.Utf8Name, out TopicEntry? old) && old.Id != topic.Id)
        {
            Remove(old);
        }

        byName[topic.Utf8Name] = topic;
        if (topic.Id != Uuid.Zero)
        {
            byId[topic.Id] = topic;
        }
    }

    /// <summary>Takes a topic out; requests that wait for it look again.</summary>
    public void Remove(TopicEntry topic)
    {
        if (!byName.TryGetValue(topic.Utf8Name, out TopicEntry? found) || found.Id != topic.Id)
        {
            return;
        }

        byName.TryRemove(topic.Utf8Name, out _);
        byId.TryRemove(topic.Id, out _);
        foreach (Partition partition in found.Partitions)
        {
            if (partition.Log is { } log)
            {
                byLog.TryRemove(log, out _);
            }

            partition.Apply(PartitionLeadership.Unknown);
        }
    }

    /// <summary>Logs were lost with their directory: who waits for them is told. Any thread but a reactor's.</summary>
    public void TakeOffline(IReadOnlyList<PartitionLog> lost)
    {
        foreach (PartitionLog log in lost)
        {
            if (byLog.TryRemove(log, out Partition? partition) && ReferenceEquals(partition.Log, log))
            {
                partition.SetLog(null);
            }
        }
    }

    /// <summary>Notes which partition a log belongs to; called again when a partition got its log later.</summary>
    public void Attach(Partition partition)
    {
        if (partition.Log is { } log)
        {
            byLog[log] = partition;
        }
    }

    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out TopicEntry? topic) =>
        byNameSpan.TryGetValue(name, out topic);

    public bool TryFind(Uuid id, [NotNullWhen(true)] out TopicEntry? topic) => byId.TryGetValue(id, out topic);

    /// <summary>For the control plane.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out TopicEntry? topic)
    {
        topic = null;
        if (name.Length > 249)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[3 * 249];
        int length = System.Text.Encoding.UTF8.GetBytes(name, bytes);
        return TryFind(bytes[..length], out topic);
    }

    internal bool TryFind(PartitionLog log, [NotNullWhen(true)] out Partition? partition) =>
        byLog.TryGetValue(log, out partition);
}
