using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>Which leader an election looks for.</summary>
public enum ElectionKind
{
    /// <summary>The one there is, or any other in sync.</summary>
    Online,

    /// <summary>The first replica, if it is in sync.</summary>
    Preferred,

    /// <summary>Any live replica rather than none: acknowledged records may be lost.</summary>
    Unclean,
}

/// <summary>
/// Works out the record that takes a partition to a new state: elections, ISR, eligible leader replicas (KIP-966) and
/// reassignments (KIP-455) at once, as they depend on each other. One change; not shared between threads.
/// </summary>
internal sealed class PartitionChange
{
    private readonly PartitionImage partition;
    private readonly MetadataImage image;
    private readonly Func<int, bool> mayLead;
    private readonly int minIsr;
    private readonly bool keepsElr;
    private int[] isr;
    private int[] elr;

    /// <param name="partition">The partition as it is.</param>
    /// <param name="image">Where it is.</param>
    /// <param name="mayLead">Whether a broker is fit to lead.</param>
    /// <param name="minIsr">The topic's <c>min.insync.replicas</c>.</param>
    internal PartitionChange(PartitionImage partition, MetadataImage image, Func<int, bool> mayLead, int minIsr)
    {
        this.partition = partition;
        this.image = image;
        this.mayLead = mayLead;
        this.minIsr = minIsr;
        keepsElr = image.KeepsElr;
        isr = partition.Isr;
        elr = partition.EligibleLeaderReplicas;
        Replicas = partition.Replicas;
        Removing = partition.RemovingReplicas;
        Adding = partition.AddingReplicas;
    }

    internal ElectionKind Election { get; init; }

    /// <summary>Replicas in sync from now on.</summary>
    internal int[] Isr
    {
        init => isr = value;
    }

    internal int[] Replicas { get; set; }

    internal int[] Removing { get; set; }

    internal int[] Adding { get; set; }

    /// <summary>
    /// A broker that came back without a clean shutdown: what it had acknowledged may be gone. -1 for none.
    /// </summary>
    internal int UncleanBroker { get; init; } = -1;

    /// <summary>The record, or null where nothing changes.</summary>
    internal MetadataRecord? Build(Uuid topicId, int partitionId)
    {
        PartitionChangeRecord record = new() { TopicId = topicId, PartitionId = partitionId };
        CompleteReassignment();
        KeepEligibleReplicas();
        Elect(record);
        if (record.Leader == PartitionImage.NoLeaderChange && partition.Replicas.Except(Replicas).Any())
        {
            // A replica that goes has to hear that it is no follower any more: that takes a leader epoch.
            record.Leader = partition.Leader;
        }

        SetIsr(record);
        SetLastKnownLeader(record);
        SetAssignment(record);
        bool changes = record.Leader != PartitionImage.NoLeaderChange || record.Isr is not null
            || record.EligibleLeaderReplicas is not null || record.LastKnownElr is not null
            || record.Replicas is not null || record.RemovingReplicas is not null || record.AddingReplicas is not null
            || record.Directories is not null || record.LeaderRecoveryState >= 0;
        return changes ? new MetadataRecord(record, image.MetadataVersion.PartitionChangeRecordVersion) : null;
    }

    /// <summary>
    /// A reassignment is over once all that come are in sync and one stays in sync without those that go.
    /// </summary>
    private void CompleteReassignment()
    {
        if (Removing.Length == 0 && Adding.Length == 0)
        {
            return;
        }

        int[] replicas = [.. Replicas.Except(Removing)];
        int[] inSync = [.. isr.Intersect(replicas)];
        if (replicas.Length == 0 || inSync.Length == 0 || Adding.Except(isr).Any())
        {
            return;
        }

        (isr, Replicas, Removing, Adding) = (inSync, replicas, [], []);
    }

    private void KeepEligibleReplicas()
    {
        if (!keepsElr)
        {
            return;
        }

        // Below min.insync.replicas no write was acknowledged that those who just fell out of sync lack.
        elr = isr.Length >= minIsr
            ? []
            : [.. elr.Union(partition.Isr).Except(isr).Where(id => id != UncleanBroker)];
    }

    private void Elect(PartitionChangeRecord record)
    {
        (int leader, bool isUnclean) = FindLeader();
        if (leader == partition.Leader)
        {
            return;
        }

        record.Leader = leader;
        if (elr.Contains(leader))
        {
            (isr, elr) = ([leader], [.. elr.Where(id => id != leader)]);
        }

        if (isUnclean)
        {
            record.Isr = [leader];
            record.LeaderRecoveryState = partition.LeaderRecoveryState == 1 ? (sbyte)-1 : (sbyte)1;
        }
    }

    private (int Leader, bool IsUnclean) FindLeader()
    {
        if (Election == ElectionKind.Preferred && Replicas.Length > 0 && IsValidLeader(Replicas[0]))
        {
            return (Replicas[0], false);
        }

        if (IsValidLeader(partition.Leader))
        {
            return (partition.Leader, false);
        }

        foreach (int replica in Replicas)
        {
            if (IsValidLeader(replica))
            {
                return (replica, false);
            }
        }

        // With nobody else left the last leader is the best there is: it had every acknowledged record (KIP-966).
        if (keepsElr && elr.Length == 0 && isr.Length == 0 && partition.LastKnownElr is [int last] && mayLead(last))
        {
            return (last, true);
        }

        int any = Election == ElectionKind.Unclean ? Array.FindIndex(Replicas, id => mayLead(id)) : -1;
        return any >= 0 ? (Replicas[any], true) : (PartitionImage.NoLeader, false);
    }

    private bool IsValidLeader(int replica) =>
        (isr.Contains(replica) || (isr.Length == 0 && elr.Contains(replica))) && mayLead(replica);

    private void SetIsr(PartitionChangeRecord record)
    {
        if (record.Isr is not null || !keepsElr)
        {
            elr = [];
        }

        if (!elr.AsSpan().SequenceEqual(partition.EligibleLeaderReplicas))
        {
            record.EligibleLeaderReplicas = elr;
        }

        // Without eligible leader replicas an ISR is never empty: its last member stays, to be elected when it is back.
        if (record.Isr is null && (isr.Length > 0 || keepsElr) && !isr.AsSpan().SequenceEqual(partition.Isr))
        {
            record.Isr = isr;
        }

        if (image.MetadataVersion.BumpsLeaderEpochOnIsrShrink
            && record.Leader == PartitionImage.NoLeaderChange
            && record.Isr is not null
            && partition.Isr.Except(record.Isr).Any())
        {
            record.Leader = partition.Leader;
        }
    }

    private void SetLastKnownLeader(PartitionChangeRecord record)
    {
        if (!keepsElr)
        {
            return;
        }

        int[] last = partition.LastKnownElr;
        bool hasLeader = record.Leader >= 0
            || (partition.HasLeader && record.Leader == PartitionImage.NoLeaderChange);
        if (record.Isr is { Length: 0 } && partition.HasLeader && !(last is [int only] && only == partition.Leader))
        {
            record.LastKnownElr = [partition.Leader];
        }
        else if (hasLeader && last.Length > 0)
        {
            record.LastKnownElr = [];
        }
    }

    private void SetAssignment(PartitionChangeRecord record)
    {
        if (!Replicas.AsSpan().SequenceEqual(partition.Replicas))
        {
            record.Replicas = Replicas;
            Uuid[] directories = [.. Replicas.Select(DirectoryOf)];
            if (image.MetadataVersion.HasDirectoryAssignment
                && !directories.AsSpan().SequenceEqual(partition.Directories))
            {
                record.Directories = directories;
            }
        }

        record.RemovingReplicas = Removing.AsSpan().SequenceEqual(partition.RemovingReplicas) ? null : Removing;
        record.AddingReplicas = Adding.AsSpan().SequenceEqual(partition.AddingReplicas) ? null : Adding;
    }

    private Uuid DirectoryOf(int replica)
    {
        if (partition.Replicas.Contains(replica))
        {
            return partition.DirectoryOf(replica);
        }

        return image.Brokers.TryGetValue(replica, out BrokerImage? broker)
            ? broker.DefaultDirectory
            : ReservedDirectories.Unassigned;
    }
}
