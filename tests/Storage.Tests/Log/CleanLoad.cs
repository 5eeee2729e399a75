using Millrace.Protocol.Records;

namespace Millrace.Storage.Tests.Log;

/// <summary>
/// Opens a log that was closed cleanly: everything is on the disk as it should be, and nothing has to be repaired.
/// </summary>
internal static class CleanLoad
{
    public static PartitionLog Open(LogRig rig, PartitionLog closed)
    {
        List<SegmentFileName> names = [];
        foreach (string name in rig.FilesOf(closed))
        {
            if (SegmentFileName.TryParse(name, out SegmentFileName parsed) && parsed.Stage == SegmentFileStage.Live)
            {
                names.Add(parsed);
            }
        }

        LogSegment[] segments =
            [.. names.Where(name => name.Kind == SegmentFileKind.Log).Select(name => Segment(rig, closed, name))];
        ProducerSnapshots snapshots = new(
            rig.Context,
            closed.Folder,
            names.Where(name => name.Kind == SegmentFileKind.ProducerSnapshot).Select(name => name.Offset));
        ProducerStates producers = new(86_400_000);
        foreach (ProducerSnapshotEntry entry in snapshots.LoadNewest(closed.LogEndOffset, out long offset))
        {
            Assert.Equal(closed.LogEndOffset, offset);
            CachedBatch? last = entry.LastOffset < 0
                ? null
                : new CachedBatch(entry.LastSequence, entry.LastOffset, entry.OffsetDelta, entry.Timestamp);
            producers.Restore(
                new RestoredProducer(
                    entry.ProducerId, entry.ProducerEpoch, entry.CoordinatorEpoch, entry.Timestamp,
                    entry.CurrentTransactionFirstOffset, last),
                rig.NowMs);
        }

        SmallFileRead<LeaderEpochCheckpoint> epochs = LeaderEpochCheckpoint.Read(
            rig.FileSystem, Path.Join(closed.Folder, LeaderEpochCheckpoint.FileName));
        return new PartitionLog(
            rig.Context, closed.Partition, closed.TopicId, closed.Folder, closed.Config, new LoadedLog
        {
            Segments = segments,
            LogStartOffset = closed.LogStartOffset,
            LogEndOffset = closed.LogEndOffset,
            RecoveryPoint = closed.RecoveryPoint,
            HighWatermark = closed.HighWatermark,
            Producers = producers,
            Snapshots = snapshots,
            Epochs = new LeaderEpochs(epochs.IsMissing ? [] : epochs.Value!.Entries),
        });
    }

    private static LogSegment Segment(LogRig rig, PartitionLog closed, SegmentFileName name)
    {
        byte[] bytes = rig.Peek(closed, name.ToString())!;
        RecordBatches batches = new(bytes);
        while (batches.MoveNext())
        {
            Assert.Equal(RecordFault.None, batches.Current.Check());
        }

        Assert.Equal(bytes.Length, batches.Position);
        return new LogSegment(rig.Context, closed.Folder, name.Offset, closed.Config, bytes.Length, rig.NowMs);
    }
}
