using System.Runtime.CompilerServices;
using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// Opens the log in a partition's folder: finishes what an interrupted broker left, and, after a clean stop, reads no
/// more than the end of the last segment; after an unclean one everything that may not have been synced (<see
/// cref="LogRecovery"/>). One instance loads one log, on one thread.
/// </summary>
public sealed class LogLoader
{
    private readonly LogDirectoryContext context;
    private readonly LoadRequest request;
    private readonly ILogLoadListener listener;
    private readonly long nowMs;
    private readonly ProducerStates producers;
    private readonly List<LogSegment> segments = [];
    private PartitionFolderFiles files = null!;
    private ProducerSnapshots snapshots = null!;
    private LeaderEpochs epochs = null!;
    private bool epochsAreKnown;
    private bool hadSnapshots;
    private string? corruption;
    private long recoverFrom = long.MaxValue;
    private long nextOffset;
    private long recoveryPoint;
    private Uuid topicId;

    private LogLoader(
        LogDirectoryContext context, LoadRequest request, ILogLoadListener listener, long producerExpirationMs,
            long nowMs)
    {
        this.context = context;
        this.request = request;
        this.listener = listener;
        this.nowMs = nowMs;
        producers = new ProducerStates(producerExpirationMs);
    }

    /// <summary>Opens a log.</summary>
    /// <param name="context">Of the log directory.</param>
    /// <param name="request">What is known of the partition.</param>
    /// <param name="listener">Hears what was cut and repaired.</param>
    /// <param name="producerExpirationMs"><c>producer.id.expiration.ms</c>.</param>
    /// <param name="nowMs">Wall clock.</param>
    public static LogLoad Load(
        LogDirectoryContext context,
        LoadRequest request,
        ILogLoadListener listener,
        long producerExpirationMs,
        long nowMs)
    {
        LogLoader loader = new(context, request, listener, producerExpirationMs, nowMs);
        IoError error = loader.Open();
        if (error != IoError.None)
        {
            return new LogLoad(null, error, $"{request.Folder} could not be read or put in order: {error}");
        }

        return loader.corruption is null
            ? new LogLoad(loader.Finish(), IoError.None, null)
            : new LogLoad(null, IoError.None, loader.corruption);
    }

    private IoError Open()
    {
        IoError error = PartitionFolderFiles.Settle(context.FileSystem, request.Folder, out files);
        error = error == IoError.None ? files.DropStraySnapshots() : error;
        if (files.Repair is not null)
        {
            listener.Repaired(request.Folder, files.Repair);
        }

        error = error == IoError.None ? ReadTopicId() : error;
        error = error == IoError.None ? ReadEpochs() : error;
        error = error == IoError.None ? FindSegments() : error;
        if (error != IoError.None)
        {
            return error;
        }

        hadSnapshots = files.Snapshots.Count > 0;
        snapshots = new ProducerSnapshots(context, request.Folder, files.Snapshots);
        error = CheckTransactionIndexes();
        bool isDone = false;
        if (error == IoError.None && request.StoppedCleanly && recoverFrom == long.MaxValue)
        {
            error = OpenClean(out isDone);
        }

        if (error == IoError.None && !isDone)
        {
            error = Recover();
        }

        return error == IoError.None && corruption is null ? HoldAgainstStart() : error;
    }

    private IoError ReadTopicId()
    {
        string path = Path.Join(request.Folder, PartitionMetadata.FileName);
        SmallFileRead<PartitionMetadata> read = PartitionMetadata.Read(context.FileSystem, path);
        if (read.IsDamaged)
        {
            listener.Repaired(path, $"passed over, the topic's id is not known: {read.Damage}");
        }

        topicId = read.Value?.TopicId ?? Uuid.Zero;
        return read.IsMissing ? IoError.None : read.Error;
    }

    private IoError ReadEpochs()
    {
        string path = Path.Join(request.Folder, LeaderEpochCheckpoint.FileName);
        SmallFileRead<LeaderEpochCheckpoint> read = LeaderEpochCheckpoint.Read(context.FileSystem, path);
        if (read.IsDamaged)
        {
            listener.Repaired(path, $"made anew from the batches: {read.Damage}");
        }

        epochsAreKnown = read.IsGood;
        epochs = new LeaderEpochs(read.Value?.Entries ?? []);
        return read.IsMissing ? IoError.None : read.Error;
    }

    private IoError FindSegments()
    {
        IoError error = IoError.None;
        foreach (long baseOffset in files.Logs)
        {
            string path = Path.Join(request.Folder, new SegmentFileName(baseOffset, SegmentFileKind.Log).ToString());
            IoError status = context.FileSystem.Status(path, out FileStatus file);
            error = error == IoError.None ? status : error;
            segments.Add(NewSegment(baseOffset, (int)Math.Min(file.Length, int.MaxValue)));
        }

        return error == IoError.None && segments.Count == 0 ? BeginAt(request.LogStartOffset) : error;
    }

    private LogSegment NewSegment(long baseOffset, int size) =>
        new(context, request.Folder, baseOffset, request.Config, size, nowMs);

    private IoError BeginAt(long offset)
    {
        LogSegment fresh = NewSegment(offset, 0);
        segments.Add(fresh);
        return fresh.CreateFiles(preparedFile: null);
    }

    /// <summary>
    /// Of the segments that need not be looked through, those whose transaction index is wrong do after all, and what
    /// follows them with them.
    /// </summary>
    private IoError CheckTransactionIndexes()
    {
        TransactionIndexCheck check = new(context, segments);
        for (int index = 0; index < segments.Count; index++)
        {
            LogSegment segment = segments[index];
            bool isTrusted = request.StoppedCleanly
                || (index + 1 < segments.Count && segments[index + 1].BaseOffset <= request.RecoveryPoint);
            if (!isTrusted || !files.HasTransactions.Contains(segment.BaseOffset))
            {
                continue;
            }

            IoError error = check.Run(segment, request.MayHaveGaps, out string? damage);
            if (error != IoError.None)
            {
                return error;
            }

            if (damage is not null)
            {
                listener.Repaired(segment.TransactionIndex.File.Path, $"made anew from the log: {damage}");
                recoverFrom = segment.BaseOffset;
                break;
            }
        }

        return IoError.None;
    }

    /// <summary>Opens without looking through anything.</summary>
    /// <param name="isDone">False where the end is not what a clean stop leaves: then it counts as unclean.</param>
    private IoError OpenClean(out bool isDone)
    {
        isDone = false;
        IoError error = IoError.None;
        foreach (LogSegment segment in segments)
        {
            if (error == IoError.None && segment.Size > 0 && !files.Indexed.Contains(segment.BaseOffset))
            {
                error = RebuildIndexes(segment, "an index was missing");
            }
        }

        error = error == IoError.None ? FindEnd(segments[^1], out isDone) : error;
        if (error != IoError.None || !isDone)
        {
            return error;
        }

        recoveryPoint = nextOffset;
        if (!epochsAreKnown)
        {
            error = ReadEpochsFromBatches();
        }

        return error == IoError.None ? RestoreProducers() : error;
    }

    private IoError RebuildIndexes(LogSegment segment, string why)
    {
        listener.Repaired(segment.File.Path, $"indexes made anew: {why}");
        IoError error = SegmentRebuild.Indexes(segment, request.Config.IndexIntervalBytes);
        error = error == IoError.None ? segment.OffsetIndex.Unload() : error;
        return error == IoError.None ? segment.TimeIndex.Unload() : error;
    }

    /// <summary>Walks the headers behind the last index entry of the active segment.</summary>
    [SkipLocalsInit]
    private IoError FindEnd(LogSegment active, out bool isWhole)
    {
        nextOffset = active.BaseOffset;
        isWhole = active.Size == 0;
        if (isWhole)
        {
            return IoError.None;
        }

        IoError error = LastIndexEntry(active, out OffsetIndexEntry start);
        IFile? file = null;
        error = error == IoError.None ? active.File.Pin(out file) : error;
        if (file is null)
        {
            return error;
        }

        Span<byte> room = stackalloc byte[StorageLimits.HeaderScanBytes];
        BatchScan scan = new(file, start.Position, active.Size, room);
        bool rises = true;
        while (rises && scan.MoveNext())
        {
            rises = scan.Header.BaseOffset >= nextOffset
                && scan.Header.LastOffset >= scan.Header.BaseOffset
                && (start.Position == 0 || scan.Position > start.Position || scan.Header.BaseOffset <= start.Offset);
            nextOffset = scan.Header.NextOffset;
        }

        active.File.Unpin();
        isWhole = rises && scan.NextPosition == active.Size;
        if (!isWhole && scan.Error == IoError.None)
        {
            listener.Repaired(active.File.Path, "its end is not as a clean stop leaves it: it is looked through");
        }

        return scan.Error;
    }

    /// <summary>The last entry, read through an index of its own: what is not used keeps no memory.</summary>
    private IoError LastIndexEntry(LogSegment active, out OffsetIndexEntry entry)
    {
        entry = default;
        if (active.Size <= StorageLimits.IndexPageBytes)
        {
            return IoError.None;
        }

        OffsetIndex index = new(active.OffsetIndex.File, active.BaseOffset, int.MaxValue);
        IoError error = index.Load();
        if (error == IoError.None && index.Damage is not null)
        {
            error = RebuildIndexes(active, index.Damage);
        }
        else if (error == IoError.None && index.EntryAt(index.Count - 1) is { } last && last.Position < active.Size)
        {
            entry = last;
        }

        return error;
    }

    [SkipLocalsInit]
    private IoError ReadEpochsFromBatches()
    {
        Span<byte> room = stackalloc byte[StorageLimits.HeaderScanBytes];
        foreach (LogSegment segment in segments)
        {
            IoError error = segment.File.Pin(out IFile? file);
            if (file is null)
            {
                return error;
            }

            BatchScan scan = new(file, 0, segment.Size, room);
            while (scan.MoveNext())
            {
                int epoch = scan.Header.PartitionLeaderEpoch;
                if (epoch > epochs.LatestEpoch)
                {
                    epochs.Assign(epoch, scan.Header.BaseOffset);
                }
            }

            segment.File.Unpin();
            if (scan.Error != IoError.None)
            {
                return scan.Error;
            }
        }

        return IoError.None;
    }

    /// <summary>
    /// A clean stop leaves a snapshot of the log's end. Where there is none at all, there never was a producer with an
    /// id, or Kafka before 0.11 wrote the log: as Kafka does, nothing is read.
    /// </summary>
    private IoError RestoreProducers()
    {
        snapshots.DeleteBehind(nextOffset);
        ProducerSnapshotEntry[] entries = snapshots.LoadNewest(nextOffset, out long from);
        foreach (ProducerSnapshotEntry entry in entries)
        {
            producers.Restore(entry, nowMs);
        }

        if (from == nextOffset || !hadSnapshots)
        {
            return IoError.None;
        }

        from = Math.Max(from, Math.Max(request.LogStartOffset, 0));
        IoError error = IoError.None;
        for (int index = 0; index < segments.Count && error == IoError.None; index++)
        {
            long segmentEnd = index + 1 < segments.Count ? segments[index + 1].BaseOffset : nextOffset;
            if (segmentEnd > from)
            {
                error = ProducerReplay.Run(segments[index], from, producers);
            }
        }

        return error;
    }

    private IoError Recover()
    {
        producers.Clear();
        LogRecovery recovery = new(context, request, producers, snapshots, epochs, listener);
        IoError error = recovery.Run(segments, Math.Min(request.RecoveryPoint, recoverFrom), nowMs);
        corruption = recovery.Corruption;
        if (corruption is not null)
        {
            // The snapshots stay: they are the proof that what is damaged was whole once.
            return error;
        }

        nextOffset = recovery.NextOffset;
        recoveryPoint = Math.Clamp(request.RecoveryPoint, 0, nextOffset);
        snapshots.DeleteBehind(nextOffset);
        return error;
    }

    /// <summary>
    /// Records were deleted up to an offset that the log, having lost its end, no longer reaches: it goes on from
    /// there, so that no offset is given out twice. After a clean stop nothing was lost, and it is the checkpoint that
    /// is wrong.
    /// </summary>
    private IoError HoldAgainstStart()
    {
        if (request.LogStartOffset <= nextOffset)
        {
            return IoError.None;
        }

        if (request.StoppedCleanly)
        {
            listener.Repaired(
                request.Folder, $"log start {request.LogStartOffset} passed over, as the log ends at {nextOffset}");
            return IoError.None;
        }

        listener.Repaired(
            request.Folder, $"begins anew at {request.LogStartOffset}, where it starts, as it ended at {nextOffset}");
        IoError error = IoError.None;
        foreach (LogSegment segment in segments)
        {
            error = error == IoError.None ? segment.DeleteFiles() : error;
        }

        foreach (long offset in snapshots.Offsets)
        {
            snapshots.Delete(offset);
        }

        segments.Clear();
        producers.Clear();
        epochs.Clear();
        nextOffset = request.LogStartOffset;
        recoveryPoint = nextOffset;
        return error == IoError.None ? BeginAt(nextOffset) : error;
    }

    private PartitionLog Finish()
    {
        long first = segments[0].BaseOffset;
        long start = request.LogStartOffset <= nextOffset ? Math.Max(request.LogStartOffset, first) : first;
        epochs.TruncateEnd(nextOffset);
        epochs.TruncateStart(start);
        return new PartitionLog(context, request.Partition, topicId, request.Folder, request.Config, new LoadedLog
        {
            Segments = [.. segments],
            LogStartOffset = start,
            LogEndOffset = nextOffset,
            RecoveryPoint = recoveryPoint,
            HighWatermark = request.HighWatermark,
            Producers = producers,
            Snapshots = snapshots,
            Epochs = epochs,
        });
    }
}
