using System.Globalization;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>
/// Prints the files that are read whole: snapshots of producers, checkpoints, properties. One thread.
/// </summary>
internal sealed class SmallFileDump(IFileSystem fileSystem, TextWriter output, DumpFindings findings)
{
    /// <summary>Prints a file whose kind is its whole name.</summary>
    /// <returns>False where no kind of file has this name.</returns>
    public bool TryDump(string path, string name)
    {
        switch (name)
        {
            case LeaderEpochCheckpoint.FileName:
                Write(path, LeaderEpochCheckpoint.Read(fileSystem, path), WriteLeaderEpochs);
                return true;
            case OffsetCheckpoint.RecoveryPointFile or OffsetCheckpoint.LogStartFile
                or OffsetCheckpoint.HighWatermarkFile or OffsetCheckpoint.CleanerFile:
                Write(path, OffsetCheckpoint.Read(fileSystem, path), WriteOffsets);
                return true;
            case MetaProperties.FileName:
                Write(path, MetaProperties.Read(fileSystem, path), WriteProperties);
                return true;
            case PartitionMetadata.FileName:
                Write(
                    path,
                    PartitionMetadata.Read(fileSystem, path),
                    file => Line($"version: 0 topicId: {file.TopicId}"));
                return true;
            case QuorumState.FileName:
                Write(path, QuorumState.Read(fileSystem, path), WriteQuorumState);
                return true;
            case CleanShutdownMarker.FileName:
                Write(
                    path,
                    CleanShutdownMarker.Read(fileSystem, path),
                    file => Line($"version: 0 brokerEpoch: {file.BrokerEpoch ?? -1}"));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Prints a segment's <c>.snapshot</c>.</summary>
    public void DumpProducers(string path) =>
        Write(path, ProducerSnapshot.Read(fileSystem, path), entries =>
        {
            foreach (ProducerSnapshotEntry entry in entries)
            {
                WriteProducer(entry);
            }
        });

    /// <summary>Prints a segment's <c>.txnindex</c>.</summary>
    public void DumpAbortedTransactions(string path, long baseOffset)
    {
        IoError error = SmallFile.ReadBytes(fileSystem, path, out byte[] bytes);
        if (error != IoError.None)
        {
            findings.AddUnreadable(path, error);
            return;
        }

        string? damage = TransactionIndex.Parse(bytes, baseOffset, out AbortedTransaction[] entries);
        if (damage is not null)
        {
            findings.AddDamage(path, damage);
        }

        foreach (AbortedTransaction entry in entries)
        {
            Line(
                $"version: 0 producerId: {entry.ProducerId} firstOffset: {entry.FirstOffset}"
                + $" lastOffset: {entry.LastOffset} lastStableOffset: {entry.LastStableOffset}");
        }
    }

    private void Write<T>(string path, SmallFileRead<T> read, Action<T> write)
        where T : class
    {
        if (read.IsGood)
        {
            write(read.Value);
        }
        else if (read.IsDamaged)
        {
            findings.AddDamage(path, read.Damage);
        }
        else
        {
            findings.AddUnreadable(path, read.Error);
        }
    }

    private void WriteProducer(ProducerSnapshotEntry entry)
    {
        bool isOpen = entry.CurrentTransactionFirstOffset >= 0;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"producerId: {entry.ProducerId} producerEpoch: {entry.ProducerEpoch}"
            + $" coordinatorEpoch: {entry.CoordinatorEpoch}"
            + $" currentTxnFirstOffset: {JavaText.OptionalLong(isOpen, entry.CurrentTransactionFirstOffset)}"
            + $" lastTimestamp: {entry.Timestamp} ");
        if (entry.LastOffset >= 0)
        {
            // Sequences begin again at 0 behind 2^31-1.
            int first = (int)(((long)entry.LastSequence - entry.OffsetDelta) & int.MaxValue);
            line += string.Create(
                CultureInfo.InvariantCulture,
                $"firstSequence: {first} lastSequence: {entry.LastSequence} lastOffset: {entry.LastOffset}"
                + $" offsetDelta: {entry.OffsetDelta} timestamp: {entry.Timestamp}");
        }

        output.WriteLine(line);
    }

    private void WriteLeaderEpochs(LeaderEpochCheckpoint file)
    {
        foreach (EpochStart entry in file.Entries)
        {
            Line($"epoch: {entry.Epoch} startOffset: {entry.StartOffset}");
        }
    }

    private void WriteOffsets(OffsetCheckpoint file)
    {
        foreach ((TopicPartition partition, long offset) in file.Offsets.OrderBy(entry => entry.Key))
        {
            Line($"topic: {partition.Topic} partition: {partition.Partition} offset: {offset}");
        }
    }

    private void WriteProperties(MetaProperties file) => Line(
        $"version: {file.Version} clusterId: {file.ClusterId ?? "none"}"
        + $" nodeId: {file.NodeId?.ToString(CultureInfo.InvariantCulture) ?? "none"}"
        + $" directoryId: {file.DirectoryId?.ToString() ?? "none"}");

    private void WriteQuorumState(QuorumState file)
    {
        string voters = file.Version > 0 || file.CurrentVoters is null ? "" : string.Join(',', file.CurrentVoters);
        Line(file.Version == 0
            ? $"version: 0 clusterId: {file.ClusterId} leaderId: {file.LeaderId} leaderEpoch: {file.LeaderEpoch}"
                + $" votedId: {file.VotedId} appliedOffset: {file.AppliedOffset} currentVoters: [{voters}]"
            : $"version: {file.Version} leaderId: {file.LeaderId} leaderEpoch: {file.LeaderEpoch}"
                + $" votedId: {file.VotedId} votedDirectoryId: {file.VotedDirectoryId}");
    }

    private void Line(string line) => output.WriteLine(line);
}
