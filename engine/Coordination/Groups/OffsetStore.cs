using Millrace.Coordination.Runtime;

namespace Millrace.Coordination.Groups;

/// <summary>
/// Committed offsets by group, and those that open transactions hold back until their markers. A committed offset costs
/// about 200 bytes plus its metadata. Changed by <see cref="GroupShard.Apply"/> only. Owned by its partition's loop.
/// </summary>
internal sealed class OffsetStore(UndoLog undo)
{
    private readonly RevertibleMap<string, RevertibleMap<GroupPartition, CommittedOffset>> committed = new(undo);
    private readonly RevertibleMap<long, RevertibleMap<PendingKey, CommittedOffset>> pendingByProducer = new(undo);
    private readonly RevertibleMap<string, RevertibleMap<long, bool>> producersByGroup = new(undo);

    /// <summary>Committed offsets of a group; null where there are none.</summary>
    public RevertibleMap<GroupPartition, CommittedOffset>? OfGroup(string groupId) =>
        committed.TryGetValue(groupId, out var offsets) ? offsets : null;

    /// <summary>All groups that have committed offsets.</summary>
    public IReadOnlyCollection<string> Groups => committed.Keys;

    public bool HasOpenTransaction(string groupId) => producersByGroup.ContainsKey(groupId);

    public bool IsPending(string groupId, GroupPartition partition)
    {
        if (!producersByGroup.TryGetValue(groupId, out var producers))
        {
            return false;
        }

        foreach (long producerId in producers.Keys)
        {
            if (pendingByProducer.TryGetValue(producerId, out var pending)
                && pending.ContainsKey(new PendingKey(groupId, partition)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Every partition that an open transaction of the group has an offset for.</summary>
    public HashSet<GroupPartition> PendingOf(string groupId)
    {
        HashSet<GroupPartition> partitions = [];
        ForEachPending((key, _) =>
        {
            if (key.GroupId == groupId)
            {
                partitions.Add(key.Partition);
            }
        });
        return partitions;
    }

    public void ForEachPending(Action<PendingKey, CommittedOffset> visit)
    {
        foreach (RevertibleMap<PendingKey, CommittedOffset> pending in pendingByProducer.Values)
        {
            foreach ((PendingKey key, CommittedOffset offset) in pending)
            {
                visit(key, offset);
            }
        }
    }

    public void Commit(string groupId, GroupPartition partition, in CommittedOffset offset)
    {
        if (!committed.TryGetValue(groupId, out var offsets))
        {
            offsets = new(undo);
            committed.Set(groupId, offsets);
        }

        offsets.Set(partition, offset);
    }

    /// <summary>Keeps an offset until its producer's transaction ends.</summary>
    public void Hold(long producerId, string groupId, GroupPartition partition, in CommittedOffset offset)
    {
        if (!pendingByProducer.TryGetValue(producerId, out var pending))
        {
            pending = new(undo);
            pendingByProducer.Set(producerId, pending);
        }

        pending.Set(new PendingKey(groupId, partition), offset);
        if (!producersByGroup.TryGetValue(groupId, out var producers))
        {
            producers = new(undo);
            producersByGroup.Set(groupId, producers);
        }

        if (!producers.ContainsKey(producerId))
        {
            producers.Set(producerId, true);
        }
    }

    /// <summary>Removes what is committed and what is held of a partition.</summary>
    public void Remove(string groupId, GroupPartition partition)
    {
        if (committed.TryGetValue(groupId, out var offsets) && offsets.Remove(partition, out _) && offsets.Count == 0)
        {
            committed.Remove(groupId, out _);
        }

        if (!producersByGroup.TryGetValue(groupId, out var producers))
        {
            return;
        }

        foreach (long producerId in producers.Keys)
        {
            if (pendingByProducer.TryGetValue(producerId, out var pending))
            {
                pending.Remove(new PendingKey(groupId, partition), out _);
            }
        }
    }

    /// <summary>Makes a transaction's offsets the committed ones, or drops them.</summary>
    public void End(long producerId, bool isCommit)
    {
        // The producers of a group are its open transactions, even where all of its offsets were removed meanwhile.
        foreach (string groupId in producersByGroup.Keys.ToArray())
        {
            if (producersByGroup.TryGetValue(groupId, out var producers)
                && producers.Remove(producerId, out _) && producers.Count == 0)
            {
                producersByGroup.Remove(groupId, out _);
            }
        }

        if (!pendingByProducer.Remove(producerId, out var pending) || !isCommit)
        {
            return;
        }

        foreach ((PendingKey key, CommittedOffset offset) in pending)
        {
            // The later record wins, whenever its marker comes: after compaction only the offsets tell which that is.
            CommittedOffset known = default;
            bool isKnown = OfGroup(key.GroupId)?.TryGetValue(key.Partition, out known) == true;
            if (!isKnown || offset.RecordOffset > known.RecordOffset)
            {
                Commit(key.GroupId, key.Partition, offset);
            }
        }
    }

    /// <summary>A partition of a group that a transaction has an offset for.</summary>
    public readonly record struct PendingKey(string GroupId, GroupPartition Partition);
}
