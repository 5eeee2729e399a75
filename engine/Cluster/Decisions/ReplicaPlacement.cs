namespace Millrace.Cluster;

/// <summary>
/// Chooses brokers for new partitions: striped over the brokers from a random one on, fenced ones only behind the
/// others, so that a partition never starts without a leader if it can have one. Pure.
/// </summary>
public static class ReplicaPlacement
{
    /// <summary>Places partitions.</summary>
    /// <param name="image">Whose brokers.</param>
    /// <param name="partitions">How many partitions.</param>
    /// <param name="replicationFactor">Replicas of each.</param>
    /// <param name="random">Says where the stripes begin.</param>
    /// <param name="assignments">Brokers by partition, the leader first; null where refused.</param>
    public static Refusal Place(
        MetadataImage image, int partitions, int replicationFactor, Random random, out int[][]? assignments)
    {
        assignments = null;
        int[] active = [.. image.Brokers.Values.Where(IsUsable).Where(static b => !b.Fenced).Select(static b => b.Id)];
        int[] fenced = [.. image.Brokers.Values.Where(IsUsable).Where(static b => b.Fenced).Select(static b => b.Id)];
        if (replicationFactor <= 0)
        {
            return Refusal.InvalidFactor(
                $"Invalid replication factor {replicationFactor}: the replication factor must be positive.");
        }

        if (active.Length == 0)
        {
            return Refusal.InvalidFactor(
                "All brokers are currently fenced, or have all their log directories cordoned.");
        }

        int brokers = active.Length + fenced.Length;
        if (replicationFactor > brokers)
        {
            return Refusal.InvalidFactor(
                $"The target replication factor of {replicationFactor} cannot be reached because only {brokers} "
                + "broker(s) are registered or some brokers have all their log directories cordoned.");
        }

        (int start, int shift) = (random.Next(active.Length), random.Next(active.Length));
        assignments = new int[partitions][];
        for (int partition = 0; partition < partitions; partition++)
        {
            assignments[partition] = Stripe(active, fenced, replicationFactor, start + partition, shift);
            // Followers move on each time the leaders have gone round, so that no two brokers always share.
            shift += (start + partition + 1) % active.Length == 0 ? 1 : 0;
        }

        return Refusal.None;
    }

    /// <summary>A broker whose directories are all cordoned takes nothing new.</summary>
    private static bool IsUsable(BrokerImage broker) =>
        !broker.InControlledShutdown && !AreAllDirectoriesCordoned(broker);

    internal static bool AreAllDirectoriesCordoned(BrokerImage broker)
    {
        if (broker.LogDirs.Length == 0 || broker.CordonedLogDirs is not { Length: > 0 } cordoned)
        {
            return false;
        }

        foreach (Base.Uuid directory in broker.LogDirs)
        {
            if (Array.IndexOf(cordoned, directory) < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int[] Stripe(int[] active, int[] fenced, int replicationFactor, int leader, int shift)
    {
        int[] replicas = new int[replicationFactor];
        replicas[0] = active[leader % active.Length];
        for (int replica = 1; replica < replicationFactor; replica++)
        {
            int follower = 1 + ((shift + replica - 1) % Math.Max(1, active.Length - 1));
            replicas[replica] = replica < active.Length
                ? active[(leader + follower) % active.Length]
                : fenced[(leader + replica) % fenced.Length];
        }

        return replicas;
    }
}
