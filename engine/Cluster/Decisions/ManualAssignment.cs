namespace Millrace.Cluster;

/// <summary>Checks replicas that a client chose itself. Pure; texts are Kafka's.</summary>
internal static class ManualAssignment
{
    /// <summary>Checks one partition's replicas.</summary>
    /// <param name="image">Whose brokers.</param>
    /// <param name="replicas">The brokers given.</param>
    /// <param name="replicationFactor">How many the partitions before have; null for the first.</param>
    internal static Refusal Check(MetadataImage image, int[] replicas, int? replicationFactor)
    {
        if (replicas.Length == 0)
        {
            return Refusal.InvalidAssignment("The manual partition assignment includes an empty replica list.");
        }

        int[] sorted = [.. replicas];
        Array.Sort(sorted);
        for (int index = 0; index < sorted.Length; index++)
        {
            int id = sorted[index];
            if (!image.Brokers.TryGetValue(id, out BrokerImage? broker))
            {
                return Refusal.InvalidAssignment(
                    $"The manual partition assignment includes broker {id}, but no such broker is registered.");
            }

            if (ReplicaPlacement.AreAllDirectoriesCordoned(broker))
            {
                return Refusal.InvalidAssignment(
                    $"The manual partition assignment includes broker {id}, but all its log directories are cordoned.");
            }

            if (index > 0 && sorted[index - 1] == id)
            {
                return Refusal.InvalidAssignment(
                    $"The manual partition assignment includes the broker {id} more than once.");
            }
        }

        return replicationFactor is { } factor && factor != replicas.Length
            ? Refusal.InvalidAssignment(
                $"The manual partition assignment includes a partition with {replicas.Length} replica(s), but this is "
                + $"not consistent with previous partitions, which have {factor} replica(s).")
            : Refusal.None;
    }

    /// <summary>A partition with these replicas, led by the first that is active.</summary>
    /// <returns>Null where none is active.</returns>
    internal static PartitionImage? NewPartition(MetadataImage image, int[] replicas)
    {
        int[] isr = [.. replicas.Where(image.IsActive)];
        return isr.Length == 0
            ? null
            : new PartitionImage
            {
                Replicas = replicas,
                Directories = [.. replicas.Select(id => image.Brokers[id].DefaultDirectory)],
                Isr = isr,
                Leader = isr[0],
                LeaderEpoch = 0,
                PartitionEpoch = 0,
            };
    }
}
