using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;

namespace Millrace.Cluster;

/// <summary>
/// What a metadata log says when it is read from its newest snapshot to its end. Reading writes nothing, so that a
/// newer or damaged log is refused as it was.
/// </summary>
public sealed class LoadedMetadata
{
    private readonly List<MetadataRecord> bootstrap = [];
    private readonly MetadataState state;

    private LoadedMetadata(MetadataState state) => this.state = state;

    /// <summary>Voters by the last control record.</summary>
    public QuorumVoters Voters { get; private set; } = QuorumVoters.None;

    /// <summary>The newest snapshot that was read; none where there was none but that of <c>0-0</c>.</summary>
    public SnapshotId Snapshot { get; private set; } = SnapshotId.None;

    /// <summary>The newest epoch of the vote, the log and the snapshot.</summary>
    public int Epoch { get; private set; }

    /// <summary>Bytes of data records behind the newest snapshot.</summary>
    public long BytesSinceSnapshot { get; private set; }

    /// <summary>Whether the snapshot lies behind the log's end, so that nothing of the log is of use.</summary>
    public bool IsLogObsolete { get; private set; }

    /// <summary>What a log without any record is to begin with.</summary>
    public IReadOnlyList<MetadataRecord> Bootstrap => bootstrap;

    /// <summary>Reads a log into a state.</summary>
    /// <exception cref="MetadataRefusedException">It is damaged, newer, or does not reach back far enough.</exception>
    public static LoadedMetadata Read(IMetadataLog log, MetadataState state)
    {
        LoadedMetadata loaded = new(state);
        loaded.ReadAll(log);
        return loaded;
    }

    private void ReadAll(IMetadataLog log)
    {
        SnapshotId newest = log.Snapshots.Count > 0 ? log.Snapshots[^1] : SnapshotId.None;
        if (log.Snapshots.Contains(new SnapshotId(0, 0)))
        {
            log.ReadSnapshot(new SnapshotId(0, 0), TakeBeginning);
        }

        long from = 0;
        if (newest.EndOffset > 0)
        {
            ReadSnapshot(log, newest);
            from = newest.EndOffset;
            IsLogObsolete = log.EndOffset < from;
        }

        if (log.StartOffset > from)
        {
            throw new MetadataRefusedException(
                $"the metadata log begins at offset {log.StartOffset}, and no snapshot has what was before");
        }

        if (!IsLogObsolete)
        {
            log.ReadFrom(from, batch => TakeFromLog(batch, from));
        }

        if (bootstrap.Count == 0)
        {
            log.ReadBootstrap(TakeBeginning);
        }

        Epoch = Math.Max(Math.Max(log.LastEpoch, Math.Max(0, newest.Epoch)), log.ReadVote()?.Epoch ?? 0);
    }

    private void ReadSnapshot(IMetadataLog log, SnapshotId id)
    {
        MetadataDelta delta = new(MetadataImage.Empty);
        long timestampMs = -1;
        log.ReadSnapshot(id, batch =>
        {
            if (batch.IsControl)
            {
                timestampMs = Math.Max(timestampMs, MetadataBatches.SnapshotTimestamp(batch));
                QuorumVoters voters = MetadataBatches.Voters(batch, Voters, isInLog: false);
                // Voters of a snapshot of the log are in the log: no leader needs to write them again.
                Voters = voters.Record is null ? voters : voters with { Offset = id.EndOffset - 1 };
                return;
            }

            foreach (MetadataRecord record in MetadataBatches.Records(batch))
            {
                delta.Apply(record);
            }
        });
        state.Reset(delta.Build(id.EndOffset - 1, id.Epoch, timestampMs));
        Snapshot = id;
    }

    private void TakeFromLog(RecordBatch batch, long from)
    {
        if (batch.LastOffset < from)
        {
            return;
        }

        if (batch.IsControl)
        {
            Voters = MetadataBatches.Voters(batch, Voters, isInLog: true);
            return;
        }

        List<MetadataRecord> records = MetadataBatches.Records(batch);
        if (batch.BaseOffset < from)
        {
            records.RemoveRange(0, (int)(from - batch.BaseOffset));
        }

        BytesSinceSnapshot += batch.SizeInBytes;
        state.Apply(records, batch.LastOffset, batch.PartitionLeaderEpoch, batch.MaxTimestamp);
    }

    private void TakeBeginning(RecordBatch batch)
    {
        if (batch.IsControl)
        {
            Voters = MetadataBatches.Voters(batch, Voters, isInLog: false);
        }
        else
        {
            bootstrap.AddRange(MetadataBatches.Records(batch));
        }
    }
}
