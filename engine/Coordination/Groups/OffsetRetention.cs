using Millrace.Coordination.Runtime;

namespace Millrace.Coordination.Groups;

/// <summary>
/// Removes offsets that nobody has used for the retention time, and groups that have none left (KIP-211). Owned by its
/// partition's loop.
/// </summary>
internal sealed class OffsetRetention(GroupShard shard, OffsetStore offsets, GroupOptions options, ShardTimers timers)
{
    private RetentionTimer? timer;

    public void Start()
    {
        timer ??= new RetentionTimer(shard);
        timers.Arm(timer, options.RetentionCheckIntervalMs);
    }

    public void Stop()
    {
        if (timer is not null)
        {
            timers.Cancel(timer);
        }
    }

    public Decision RemoveExpired(long nowMs)
    {
        List<CoordinatorRecord> records = [];
        foreach (Group group in shard.Groups)
        {
            // A share group is kept whatever its age: its offsets are not here.
            if (AddExpired(group, nowMs, records) && group.IsEmpty && group.Kind != GroupKind.Share)
            {
                group.AddTombstones(records);
            }
        }

        Start();
        return new Decision { Records = records, IsAtomic = false };
    }

    /// <returns>True where the group has nothing left.</returns>
    private bool AddExpired(Group group, long nowMs, List<CoordinatorRecord> records)
    {
        bool isLeftBare = !offsets.HasOpenTransaction(group.Id);
        if (offsets.OfGroup(group.Id) is not { } committed)
        {
            return isLeftBare;
        }

        foreach ((GroupPartition partition, CommittedOffset offset) in committed)
        {
            if (HasExpired(group, partition, offset, nowMs))
            {
                records.Add(GroupRecords.OffsetTombstone(group.Id, partition));
            }
            else
            {
                isLeftBare = false;
            }
        }

        return isLeftBare;
    }

    private bool HasExpired(Group group, GroupPartition partition, in CommittedOffset offset, long nowMs)
    {
        if (!group.TryGetExpiryBase(offset, out long baseMs)
            || group.IsSubscribedTo(partition.Topic)
            || offsets.IsPending(group.Id, partition))
        {
            return false;
        }

        return offset.ExpireTimestampMs >= 0
            ? nowMs >= offset.ExpireTimestampMs
            : nowMs - baseMs >= options.OffsetsRetentionMs;
    }
}
