using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>Where a broker has put a replica.</summary>
/// <param name="TopicId">Its topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Directory">The id of the log directory.</param>
public readonly record struct ReplicaDirectory(Uuid TopicId, int Partition, Uuid Directory);

/// <summary>Decides AssignReplicasToDirs: the metadata learns in which directories replicas lie (KIP-858).</summary>
public static class DirectoryAssignment
{
    /// <param name="image">The metadata as it is.</param>
    /// <param name="brokerId">Whose replicas.</param>
    /// <param name="placed">
    /// Where they lie. What the metadata knows already, and partitions that it does not know, are passed over.
    /// </param>
    public static IReadOnlyList<MetadataRecord> Decide(
        MetadataImage image, int brokerId, IEnumerable<ReplicaDirectory> placed)
    {
        List<MetadataRecord> records = [];
        if (!image.MetadataVersion.HasDirectoryAssignment)
        {
            return records;
        }

        foreach (ReplicaDirectory replica in placed)
        {
            if (!image.TopicsById.TryGetValue(replica.TopicId, out TopicImage? topic)
                || topic.Find(replica.Partition) is not { } partition
                || Array.IndexOf(partition.Replicas, brokerId) is var index && index < 0
                || partition.DirectoryOf(brokerId) == replica.Directory)
            {
                continue;
            }

            Uuid[] directories = Array.ConvertAll(partition.Replicas, partition.DirectoryOf);
            directories[index] = replica.Directory;
            PartitionChangeRecord change = new()
            {
                TopicId = replica.TopicId, PartitionId = replica.Partition, Directories = directories,
            };
            records.Add(new MetadataRecord(change, image.MetadataVersion.PartitionChangeRecordVersion));
        }

        return records;
    }
}
