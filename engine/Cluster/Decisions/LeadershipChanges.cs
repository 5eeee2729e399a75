using Millrace.Base;

namespace Millrace.Cluster;

/// <summary>
/// Works out what a broker's coming, going or failing means for partitions: who leads, who is in sync. Pure.
/// </summary>
/// <param name="image">The state.</param>
/// <param name="rules">The controller's configs.</param>
internal sealed class LeadershipChanges(MetadataImage image, ElectionRules rules)
{
    private const int NoBroker = -1;

    /// <summary>A broker is no longer to lead or be in sync anywhere.</summary>
    internal void BrokerLeaves(int brokerId, List<MetadataRecord> records) => ChangeAll(
        partition => partition.Isr.Contains(brokerId),
        id => id != brokerId && image.IsActive(id),
        brokerId,
        NoBroker,
        records);

    /// <summary>
    /// A broker came back without having shut down cleanly: with eligible leader replicas it is not trusted to have
    /// what it had acknowledged (KIP-966).
    /// </summary>
    internal void BrokerCameBackUncleanly(int brokerId, List<MetadataRecord> records) => ChangeAll(
        partition => partition.Isr.Contains(brokerId) || partition.EligibleLeaderReplicas.Contains(brokerId),
        id => id != brokerId && image.IsActive(id),
        brokerId,
        brokerId,
        records);

    /// <summary>A broker may lead from now on: partitions without a leader look for one.</summary>
    internal void BrokerReturns(int brokerId, List<MetadataRecord> records) => ChangeAll(
        static partition => !partition.HasLeader,
        id => id == brokerId || image.IsActive(id),
        NoBroker,
        NoBroker,
        records);

    /// <summary>A directory of a broker has failed: what lies there is led by others, or by nobody.</summary>
    internal void DirectoryFails(int brokerId, Uuid directory, List<MetadataRecord> records) => ChangeAll(
        partition => partition.Isr.Contains(brokerId) && partition.DirectoryOf(brokerId) == directory,
        id => id != brokerId && image.IsActive(id),
        brokerId,
        NoBroker,
        records);

    private void ChangeAll(
        Func<PartitionImage, bool> isConcerned,
        Func<int, bool> mayLead,
        int removed,
        int unclean,
        List<MetadataRecord> records)
    {
        foreach (TopicImage topic in image.TopicsById.Values)
        {
            for (int id = 0; id < topic.PartitionCount; id++)
            {
                PartitionImage partition = topic.Partitions[id];
                if (!isConcerned(partition))
                {
                    continue;
                }

                bool MayLead(int broker) =>
                    mayLead(broker) && image.Brokers[broker].HasOnline(partition.DirectoryOf(broker));
                PartitionChange change = new(partition, image, MayLead, rules.MinIsrOf(image, topic.Name))
                {
                    Election = rules.IsUncleanAllowed(image, topic.Name) ? ElectionKind.Unclean : ElectionKind.Online,
                    Isr = removed == NoBroker ? partition.Isr : [.. partition.Isr.Where(member => member != removed)],
                    UncleanBroker = unclean,
                };
                if (change.Build(topic.Id, id) is { } record)
                {
                    records.Add(record);
                }
            }
        }
    }
}
