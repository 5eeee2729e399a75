namespace Millrace.Broker;

/// <summary>Who leads a partition, as the metadata says. Immutable, replaced as a whole.</summary>
/// <param name="LeaderId">The leading broker; -1 for none.</param>
/// <param name="LeaderEpoch">Counts the leaders.</param>
/// <param name="IsLeader">Whether that is this broker.</param>
/// <param name="ReplicaCount">Replicas assigned.</param>
/// <param name="InSyncCount">Those in sync, the leader included.</param>
public sealed record PartitionLeadership(
    int LeaderId, int LeaderEpoch, bool IsLeader, int ReplicaCount, int InSyncCount)
{
    /// <summary>Before the metadata has said anything, and after the topic was deleted.</summary>
    public static PartitionLeadership Unknown { get; } = new(-1, -1, false, 0, 0);
}
