namespace Millrace.Storage;

/// <summary>Writes a log's epochs to their checkpoint.</summary>
internal sealed class EpochCheckpointJob(PartitionLog log) : LogJob
{
    public override void Run() => log.WriteEpochs();
}

/// <summary>Brings a log up to its end, as it is by then, to the device.</summary>
internal sealed class SyncJob(PartitionLog log) : LogJob
{
    public override void Run() => log.Sync();
}

/// <summary>
/// What is left to do of a roll: the snapshot of the producers, then the sync of what lies before it.
/// </summary>
internal sealed class RolledJob(PartitionLog log, LogSegment segment, ProducerSnapshotEntry[] producers) : LogJob
{
    public override void Run() => log.FinishRoll(segment, producers);
}

/// <summary>Takes space on the device ahead of the writer.</summary>
internal sealed class PreallocationJob(PartitionLog log, LogSegment segment, long from, long bytes) : LogJob
{
    public override void Run() => log.Preallocate(segment, from, bytes);
}

/// <summary>Has the device begin with what was written a while ago.</summary>
internal sealed class WriteBackJob(LogDirectoryContext context, LogSegment segment, long from, long bytes) : LogJob
{
    public override void Run()
    {
        IoError error = segment.StartWriteBack(from, bytes);
        if (error != IoError.None)
        {
            context.FailForGood("write back", segment.File.Path, error);
        }
    }
}

/// <summary>Makes the file of the next segment ahead of the roll.</summary>
internal sealed class PreparationJob(PartitionLog log, long bytes) : LogJob
{
    public override void Run() => log.PrepareNextSegment(bytes);
}

/// <summary>Deletes the files of segments whose time has come.</summary>
internal sealed class SegmentDeletionJob(LogDirectoryContext context, LogSegment[] segments) : LogJob
{
    public override void Run()
    {
        foreach (LogSegment segment in segments)
        {
            context.Fail("delete", segment.File.Path, segment.DeleteFiles());
        }
    }
}
