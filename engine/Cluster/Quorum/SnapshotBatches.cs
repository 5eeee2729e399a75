using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Cluster;

/// <summary>
/// Owns the shape of a snapshot (KIP-630): a control batch with the header, and under kraft.version 1 with version and
/// voters; data batches; a control batch with the footer. Offsets count from 0, the epoch is the snapshot's own.
/// </summary>
public static class SnapshotBatches
{
    private static readonly SnapshotFooterRecord Footer = new();

    /// <summary>The batches of a snapshot, one after another.</summary>
    /// <param name="records">All records of an image, or those that a cluster begins with.</param>
    /// <param name="voters">The quorum's voters at that point.</param>
    /// <param name="epoch">The epoch in the snapshot's name.</param>
    /// <param name="lastContainedMs">The time of the last record that it stands for.</param>
    /// <param name="nowMs">The time of writing.</param>
    public static IEnumerable<byte[]> Build(
        IEnumerable<MetadataRecord> records, QuorumVoters voters, int epoch, long lastContainedMs, long nowMs)
    {
        using MetadataBatches batches = new();
        List<(ControlRecordType, IMessage)> head =
        [
            (ControlRecordType.SnapshotHeader,
                new SnapshotHeaderRecord { LastContainedLogTimestamp = lastContainedMs }),
        ];
        if (voters.KRaftVersion > 0)
        {
            head.Add((ControlRecordType.KRaftVersion, new KRaftVersionRecord { KRaftVersion = voters.KRaftVersion }));
            if (voters.Record is not null)
            {
                head.Add((ControlRecordType.KRaftVoters, voters.Record));
            }
        }

        yield return batches.Control(head, 0, epoch, nowMs).ToArray();
        long offset = head.Count;
        foreach (List<MetadataRecord> part in Parts(records))
        {
            yield return batches.Data(part, offset, epoch, nowMs).ToArray();
            offset += part.Count;
        }

        yield return batches.Control([(ControlRecordType.SnapshotFooter, Footer)], offset, epoch, nowMs).ToArray();
    }

    private static IEnumerable<List<MetadataRecord>> Parts(IEnumerable<MetadataRecord> records)
    {
        List<MetadataRecord> part = [];
        long bytes = 0;
        foreach (MetadataRecord record in records)
        {
            int size = BatchBuilder.RecordSizeMax(0, MetadataRecordCodec.SizeOf(record), 0);
            if (part.Count > 0 && bytes + size > ClusterLimits.BatchBytesMax)
            {
                yield return part;
                (part, bytes) = ([], 0);
            }

            part.Add(record);
            bytes += size;
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }
}
