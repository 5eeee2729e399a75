using Millrace.Base;

namespace Millrace.Broker;

/// <summary>
/// The partitions of a fetch session in their order, found by name or id without memory. Reactor thread.
/// </summary>
internal sealed class SessionPartitions
{
    private SessionPartition?[] buckets = new SessionPartition?[16];
    private SessionPartition? last;

    public int Count { get; private set; }

    public SessionPartition? First { get; private set; }

    public SessionPartition? Find(ReadOnlySpan<byte> name, Uuid topicId, int index)
    {
        int hash = HashOf(name, topicId, index);
        SessionPartition? partition = buckets[hash & (buckets.Length - 1)];
        while (partition is not null && !(partition.Hash == hash && partition.Is(name, topicId, index)))
        {
            partition = partition.NextOfBucket;
        }

        return partition;
    }

    /// <summary>Adds a partition that is not there yet, behind all others.</summary>
    /// <param name="name">The topic's name, or none where the session goes by ids.</param>
    /// <param name="shared">The same name, where an array of it exists that may be kept.</param>
    /// <param name="topicId">The topic's id, or zero.</param>
    /// <param name="index">The partition.</param>
    public SessionPartition Add(ReadOnlySpan<byte> name, byte[]? shared, Uuid topicId, int index)
    {
        if (Count >= buckets.Length)
        {
            Rehash();
        }

        SessionPartition partition = new(shared ?? name.ToArray(), topicId, index, HashOf(name, topicId, index));
        ref SessionPartition? bucket = ref buckets[partition.Hash & (buckets.Length - 1)];
        partition.NextOfBucket = bucket;
        bucket = partition;
        Link(partition);
        Count++;
        return partition;
    }

    public void Remove(SessionPartition partition)
    {
        ref SessionPartition? bucket = ref buckets[partition.Hash & (buckets.Length - 1)];
        if (bucket == partition)
        {
            bucket = partition.NextOfBucket;
        }
        else
        {
            SessionPartition before = bucket!;
            while (before.NextOfBucket != partition)
            {
                before = before.NextOfBucket!;
            }

            before.NextOfBucket = partition.NextOfBucket;
        }

        Unlink(partition);
        Count--;
    }

    /// <summary>A partition that has just had its turn goes behind all others, so that none starves.</summary>
    public void MoveToEnd(SessionPartition partition)
    {
        Unlink(partition);
        Link(partition);
    }

    private static int HashOf(ReadOnlySpan<byte> name, Uuid topicId, int index)
    {
        HashCode hash = default;
        hash.AddBytes(name);
        hash.Add(topicId.High);
        hash.Add(topicId.Low);
        hash.Add(index);
        return hash.ToHashCode();
    }

    private void Link(SessionPartition partition)
    {
        partition.Previous = last;
        partition.Next = null;
        if (last is null)
        {
            First = partition;
        }
        else
        {
            last.Next = partition;
        }

        last = partition;
    }

    private void Unlink(SessionPartition partition)
    {
        if (partition.Previous is null)
        {
            First = partition.Next;
        }
        else
        {
            partition.Previous.Next = partition.Next;
        }

        if (partition.Next is null)
        {
            last = partition.Previous;
        }
        else
        {
            partition.Next.Previous = partition.Previous;
        }
    }

    private void Rehash()
    {
        SessionPartition?[] larger = new SessionPartition?[buckets.Length * 2];
        for (SessionPartition? partition = First; partition is not null; partition = partition.Next)
        {
            ref SessionPartition? bucket = ref larger[partition.Hash & (larger.Length - 1)];
            partition.NextOfBucket = bucket;
            bucket = partition;
        }

        buckets = larger;
    }
}
