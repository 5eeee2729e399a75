using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// What the cluster knows of a partition. Immutable: the arrays are never written to once they are here. Any thread.
/// </summary>
public sealed class PartitionImage
{
    public const int NoLeader = -1;

    /// <summary>Value of <see cref="PartitionChangeRecord.Leader"/> for "as before".</summary>
    public const int NoLeaderChange = -2;

    /// <summary>Brokers, the preferred leader first.</summary>
    public required int[] Replicas { get; init; }

    /// <summary>Where each replica lies; as long as <see cref="Replicas"/>.</summary>
    public required Uuid[] Directories { get; init; }

    public required int[] Isr { get; init; }

    public int[] RemovingReplicas { get; init; } = [];

    public int[] AddingReplicas { get; init; } = [];

    /// <summary>Replicas out of sync that may lead without loss (KIP-966).</summary>
    public int[] EligibleLeaderReplicas { get; init; } = [];

    public int[] LastKnownElr { get; init; } = [];

    /// <summary>-1 for none.</summary>
    public required int Leader { get; init; }

    /// <summary>0 recovered, 1 recovering after an unclean election.</summary>
    public sbyte LeaderRecoveryState { get; init; }

    public required int LeaderEpoch { get; init; }

    public required int PartitionEpoch { get; init; }

    public bool HasLeader => Leader != NoLeader;

    /// <summary>Whether the first replica leads.</summary>
    public bool HasPreferredLeader => Replicas.Length > 0 && Leader == Replicas[0];

    public bool IsReassigning => RemovingReplicas.Length > 0 || AddingReplicas.Length > 0;

    /// <summary>
    /// Where a broker keeps its replica; <see cref="ReservedDirectories.Unassigned"/> if it has none.
    /// </summary>
    public Uuid DirectoryOf(int brokerId)
    {
        int index = Array.IndexOf(Replicas, brokerId);
        return index < 0 ? ReservedDirectories.Unassigned : Directories[index];
    }

    /// <summary>A partition as it was created, or stands in a snapshot.</summary>
    internal static PartitionImage From(PartitionRecord record) => new()
    {
        Replicas = record.Replicas,
        Directories = DirectoriesFor(record.Replicas.Length, record.Directories),
        Isr = record.Isr,
        RemovingReplicas = record.RemovingReplicas,
        AddingReplicas = record.AddingReplicas,
        EligibleLeaderReplicas = record.EligibleLeaderReplicas ?? [],
        LastKnownElr = record.LastKnownElr ?? [],
        Leader = record.Leader,
        LeaderRecoveryState = record.LeaderRecoveryState,
        LeaderEpoch = record.LeaderEpoch,
        PartitionEpoch = record.PartitionEpoch,
    };

    /// <summary>
    /// This partition after a change. The partition epoch rises by one, the leader epoch if a leader is named.
    /// </summary>
    internal PartitionImage With(PartitionChangeRecord change)
    {
        int[] replicas = change.Replicas ?? Replicas;
        Uuid[]? directories = change.Directories is { Length: > 0 } given ? given : null;
        directories ??= change.Replicas is null ? Directories : null;
        return new PartitionImage
        {
            Replicas = replicas,
            Directories = DirectoriesFor(replicas.Length, directories ?? []),
            Isr = change.Isr ?? Isr,
            RemovingReplicas = change.RemovingReplicas ?? RemovingReplicas,
            AddingReplicas = change.AddingReplicas ?? AddingReplicas,
            EligibleLeaderReplicas = change.EligibleLeaderReplicas ?? EligibleLeaderReplicas,
            LastKnownElr = change.LastKnownElr ?? LastKnownElr,
            Leader = change.Leader == NoLeaderChange ? Leader : change.Leader,
            LeaderRecoveryState = change.LeaderRecoveryState < 0 ? LeaderRecoveryState : change.LeaderRecoveryState,
            LeaderEpoch = change.Leader == NoLeaderChange ? LeaderEpoch : LeaderEpoch + 1,
            PartitionEpoch = PartitionEpoch + 1,
        };
    }

    internal PartitionImage WithoutElr() => new()
    {
        Replicas = Replicas,
        Directories = Directories,
        Isr = Isr,
        RemovingReplicas = RemovingReplicas,
        AddingReplicas = AddingReplicas,
        Leader = Leader,
        LeaderRecoveryState = LeaderRecoveryState,
        LeaderEpoch = LeaderEpoch,
        PartitionEpoch = PartitionEpoch,
    };

    /// <summary>The record that stands for this partition, in the form that a metadata.version has for it.</summary>
    public MetadataRecord ToRecord(Uuid topicId, int partitionId, MetadataVersion version) => new(
        new PartitionRecord
        {
            PartitionId = partitionId,
            TopicId = topicId,
            Replicas = Replicas,
            Directories = version.HasDirectoryAssignment ? Directories : [],
            Isr = Isr,
            RemovingReplicas = RemovingReplicas,
            AddingReplicas = AddingReplicas,
            // Absent rather than empty, as Kafka writes it; before 4.0-IV1 there is no place for them.
            EligibleLeaderReplicas = version.HasElr && EligibleLeaderReplicas.Length > 0
                ? EligibleLeaderReplicas
                : null,
            LastKnownElr = version.HasElr && LastKnownElr.Length > 0 ? LastKnownElr : null,
            Leader = Leader,
            LeaderRecoveryState = LeaderRecoveryState,
            LeaderEpoch = LeaderEpoch,
            PartitionEpoch = PartitionEpoch,
        },
        version.PartitionRecordVersion);

    private static Uuid[] DirectoriesFor(int replicas, Uuid[] directories)
    {
        if (directories.Length == replicas)
        {
            return directories;
        }

        Uuid[] migrating = new Uuid[replicas];
        Array.Fill(migrating, ReservedDirectories.Migrating);
        return migrating;
    }
}
