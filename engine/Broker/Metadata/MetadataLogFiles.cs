using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// The metadata log in Kafka's own files: <c>__cluster_metadata-0</c> with segments, snapshots, <c>quorum-state</c> and
/// <c>leader-epoch-checkpoint</c>. One thread, the controller's event loop. Opening it changes nothing on the disk. It
/// keeps no indexes: it is read in order, at the start only, and Kafka makes them anew for a log that it finds.
/// </summary>
public sealed class MetadataLogFiles : IMetadataLog
{
    /// <summary>The folder's name, in the metadata log directory.</summary>
    public const string FolderName = TopicName.ClusterMetadata + "-0";

    /// <summary>Written beside the folder by the formatting of Kafka before 4.4.</summary>
    public const string BootstrapFileName = "bootstrap.checkpoint";

    private readonly IFileSystem fileSystem;
    private readonly AtomicFileWriter writer;
    private readonly MetadataLogConfig config;
    private readonly string directory;
    private readonly string folder;
    private readonly List<MetadataSegment> segments = [];
    private readonly List<SnapshotId> snapshots = [];
    private readonly List<EpochStart> epochs = [];
    private readonly List<string> rubbish = [];
    private IFile? active;
    private bool hasTornTail;

    private MetadataLogFiles(IFileSystem fileSystem, string directory, MetadataLogConfig config, SpaceReserve? reserve)
    {
        this.fileSystem = fileSystem;
        this.config = config;
        this.directory = directory;
        folder = Path.Join(directory, FolderName);
        writer = new AtomicFileWriter(fileSystem, reserve);
    }

    public long StartOffset => segments.Count > 0 ? segments[0].BaseOffset : EndOffset;

    public long EndOffset { get; private set; }

    public int LastEpoch { get; private set; }

    public IReadOnlyList<SnapshotId> Snapshots => snapshots;

    /// <summary>Looks at what is there; a folder that is absent is an empty log.</summary>
    /// <param name="fileSystem">Where the directory is.</param>
    /// <param name="directory">The metadata log directory.</param>
    /// <param name="config">Its configs.</param>
    /// <param name="reserve">The directory's space for deletions on a full disk; null where there is none.</param>
    /// <exception cref="MetadataRefusedException">It cannot be read, or is damaged elsewhere than at its
    /// end.</exception>
    public static MetadataLogFiles Open(
        IFileSystem fileSystem, string directory, MetadataLogConfig config, SpaceReserve? reserve = null)
    {
        MetadataLogFiles files = new(fileSystem, directory, config, reserve);
        files.FindFiles();
        files.ScanSegments();
        return files;
    }

    private void FindFiles()
    {
        List<DirectoryEntry> entries = [];
        IoError error = fileSystem.List(folder, entries);
        if (error is not (IoError.None or IoError.NotFound))
        {
            throw new MetadataRefusedException($"{folder} cannot be read ({error})");
        }

        foreach (DirectoryEntry entry in entries)
        {
            if (!SegmentFileName.TryParse(entry.Name, out SegmentFileName file))
            {
                if (entry.Name.EndsWith(AtomicFileWriter.TemporarySuffix, StringComparison.Ordinal))
                {
                    rubbish.Add(entry.Name);
                }
            }
            else if (file.Stage != SegmentFileStage.Live)
            {
                rubbish.Add(entry.Name);
            }
            else if (file.Kind == SegmentFileKind.Log)
            {
                segments.Add(new MetadataSegment(file.Offset, 0, -1));
            }
            else if (file.Kind == SegmentFileKind.MetadataSnapshot)
            {
                snapshots.Add(new SnapshotId(file.Offset, file.Epoch));
            }
            else if (file.Kind is SegmentFileKind.OffsetIndex or SegmentFileKind.TimeIndex)
            {
                // They would lie about what is appended behind them.
                rubbish.Add(entry.Name);
            }
        }

        segments.Sort(static (left, right) => left.BaseOffset.CompareTo(right.BaseOffset));
        snapshots.Sort(static (left, right) => left.EndOffset != right.EndOffset
            ? left.EndOffset.CompareTo(right.EndOffset)
            : left.Epoch.CompareTo(right.Epoch));
    }

    private void ScanSegments()
    {
        EndOffset = segments.Count > 0 ? segments[0].BaseOffset : 0;
        for (int index = 0; index < segments.Count; index++)
        {
            MetadataSegment segment = segments[index];
            if (segment.BaseOffset != EndOffset)
            {
                throw new MetadataRefusedException(
                    $"{PathOf(segment)} does not follow the segment before it, which ends at offset {EndOffset}");
            }

            long createdMs = -1;
            string? damage = BatchFileReader.Visit(fileSystem, PathOf(segment), batch =>
            {
                if (batch.BaseOffset != EndOffset)
                {
                    throw new MetadataRefusedException(
                        $"{PathOf(segment)} has a batch of offset {batch.BaseOffset} where {EndOffset} follows");
                }

                createdMs = createdMs < 0 ? batch.MaxTimestamp : createdMs;
                Take(batch);
            }, out long validEnd);
            if (damage is not null && index < segments.Count - 1)
            {
                throw new MetadataRefusedException(
                    $"{PathOf(segment)} has {damage} at {validEnd}, and more segments follow");
            }

            hasTornTail |= damage is not null;
            segments[index] = segment with { Size = validEnd, CreatedMs = createdMs };
        }
    }

    private void Take(RecordBatch batch)
    {
        EndOffset = batch.NextOffset;
        LastEpoch = batch.PartitionLeaderEpoch;
        if (epochs.Count == 0 || epochs[^1].Epoch < LastEpoch)
        {
            epochs.Add(new EpochStart(LastEpoch, batch.BaseOffset));
        }
    }

    public QuorumVote? ReadVote()
    {
        string path = Path.Join(folder, QuorumState.FileName);
        SmallFileRead<QuorumState> read = QuorumState.Read(fileSystem, path);
        if (read.IsMissing)
        {
            return null;
        }

        if (!read.IsGood)
        {
            throw new MetadataRefusedException($"{path} cannot be used: {read.Damage ?? read.Error.ToString()}");
        }

        QuorumState state = read.Value;
        return new QuorumVote(
            state.LeaderId, state.LeaderEpoch, state.VotedId, state.VotedDirectoryId,
            state.Version == 0 ? state.CurrentVoters ?? [] : null);
    }

    public void ReadSnapshot(SnapshotId id, MetadataBatchVisitor visit) => ReadWhole(PathOf(id), visit);

    public bool ReadBootstrap(MetadataBatchVisitor visit)
    {
        string path = Path.Join(directory, BootstrapFileName);
        if (fileSystem.Status(path, out _) == IoError.NotFound)
        {
            return false;
        }

        ReadWhole(path, visit);
        return true;
    }

    private void ReadWhole(string path, MetadataBatchVisitor visit)
    {
        bool hasEnd = false;
        string? damage = BatchFileReader.Visit(fileSystem, path, batch =>
        {
            hasEnd = IsFooter(batch);
            visit(batch);
        }, out long validEnd);
        if (damage is not null || !hasEnd)
        {
            throw new MetadataRefusedException($"{path} has {damage ?? "no footer"} at {validEnd}");
        }
    }

    private static bool IsFooter(RecordBatch batch)
    {
        RecordReader reader = RecordReader.OverPlain(batch);
        return batch.IsControl
            && reader.MoveNext()
            && ControlRecord.TryReadType(reader.Current.Key, out ControlRecordType type)
            && type == ControlRecordType.SnapshotFooter;
    }

    public void ReadFrom(long offset, MetadataBatchVisitor visit)
    {
        for (int index = 0; index < segments.Count; index++)
        {
            bool endsBefore = index + 1 < segments.Count && segments[index + 1].BaseOffset <= offset;
            if (!endsBefore)
            {
                BatchFileReader.Visit(fileSystem, PathOf(segments[index]), batch =>
                {
                    if (batch.LastOffset >= offset)
                    {
                        visit(batch);
                    }
                }, out _);
            }
        }
    }

    public MetadataWrite BeginWriting(long emptyFrom)
    {
        IoError error = fileSystem.CreateDirectory(folder);
        if (error == IoError.None)
        {
            error = fileSystem.SyncDirectory(directory);
        }

        if (error is IoError.None or IoError.AlreadyExists)
        {
            error = DeleteRubbish();
        }

        string metadataPath = Path.Join(folder, PartitionMetadata.FileName);
        if (error == IoError.None && fileSystem.Status(metadataPath, out _) == IoError.NotFound)
        {
            error = writer.Write(metadataPath, new PartitionMetadata(Uuid.One).Format());
        }

        if (error == IoError.None && emptyFrom >= 0)
        {
            error = Empty(emptyFrom);
        }

        if (error == IoError.None)
        {
            error = segments.Count == 0 ? AddSegment(EndOffset) : OpenActive();
        }

        return error == IoError.None ? WriteEpochs() : Outcome(error);
    }

    private IoError DeleteRubbish()
    {
        foreach (string name in rubbish)
        {
            IoError error = fileSystem.Delete(Path.Join(folder, name));
            if (error is not (IoError.None or IoError.NotFound))
            {
                return error;
            }
        }

        rubbish.Clear();
        return fileSystem.SyncDirectory(folder);
    }

    private IoError Empty(long offset)
    {
        foreach (MetadataSegment segment in segments)
        {
            IoError error = fileSystem.Delete(PathOf(segment));
            if (error != IoError.None)
            {
                return error;
            }
        }

        segments.Clear();
        epochs.Clear();
        hasTornTail = false;
        EndOffset = offset;
        return IoError.None;
    }

    private IoError OpenActive()
    {
        MetadataSegment last = segments[^1];
        IoError error = fileSystem.Open(PathOf(last), OpenKind.ReadWrite, out active);
        if (error == IoError.None && hasTornTail)
        {
            error = active!.Truncate(last.Size);
            error = error == IoError.None ? active.Sync() : error;
            hasTornTail = error != IoError.None;
        }

        return error;
    }

    private IoError AddSegment(long baseOffset)
    {
        MetadataSegment segment = new(baseOffset, 0, -1);
        IoError error = fileSystem.Open(PathOf(segment), OpenKind.CreateOrEmpty, out IFile? file);
        if (file is null)
        {
            return error;
        }

        error = fileSystem.SyncDirectory(folder);
        if (error != IoError.None)
        {
            file.Close();
            return error;
        }

        active?.Close();
        active = file;
        segments.Add(segment);
        return IoError.None;
    }

    public MetadataWrite WriteVote(QuorumVote vote)
    {
        QuorumState state = new()
        {
            Version = vote.StaticVoters is null ? 1 : 0,
            LeaderId = vote.LeaderId,
            LeaderEpoch = vote.Epoch,
            VotedId = vote.VotedId,
            VotedDirectoryId = vote.VotedDirectoryId,
            CurrentVoters = vote.StaticVoters,
        };
        return Outcome(writer.Write(Path.Join(folder, QuorumState.FileName), state.Format()));
    }

    public MetadataWrite Append(ReadOnlySpan<byte> bytes)
    {
        RecordBatch batch = new(bytes);
        Invariant.That(active is not null, "A log is appended to after BeginWriting.");
        Invariant.That(batch.BaseOffset == EndOffset, "A batch goes where the log ends.");
        if (IsFull(segments[^1], bytes.Length, batch.MaxTimestamp))
        {
            IoError rolled = AddSegment(EndOffset);
            if (rolled != IoError.None)
            {
                return Outcome(rolled);
            }
        }

        MetadataSegment segment = segments[^1];
        IoError error = active.Write(segment.Size, bytes).Error;
        if (error != IoError.None)
        {
            // What was half written must not be taken for a torn tail of something that was promised.
            return active.Truncate(segment.Size) == IoError.None ? Outcome(error) : MetadataWrite.Failed;
        }

        // A failed sync is never retried: whether the bytes are there is not known from then on.
        if (active.SyncData() != IoError.None)
        {
            return MetadataWrite.Failed;
        }

        bool isNewEpoch = epochs.Count == 0 || epochs[^1].Epoch < batch.PartitionLeaderEpoch;
        long createdMs = segment.CreatedMs < 0 ? batch.MaxTimestamp : segment.CreatedMs;
        segments[^1] = segment with { Size = segment.Size + bytes.Length, CreatedMs = createdMs };
        Take(batch);
        return isNewEpoch ? WriteEpochs() : MetadataWrite.Done;
    }

    private bool IsFull(MetadataSegment segment, int more, long nowMs) =>
        segment.Size > 0
        && (segment.Size + more > config.SegmentBytes || nowMs - segment.CreatedMs >= config.SegmentMs);

    private MetadataWrite WriteEpochs()
    {
        EpochStart[] entries = [.. epochs];
        return Outcome(writer.Write(
            Path.Join(folder, LeaderEpochCheckpoint.FileName), new LeaderEpochCheckpoint(entries).Format()));
    }

    public MetadataWrite WriteSnapshot(SnapshotId id, IEnumerable<byte[]> batches)
    {
        string path = PathOf(id);
        string part = Path.Join(folder, NameOf(id, SegmentFileStage.Part).ToString());
        IoError error = BatchFileWriter.Write(fileSystem, part, batches);
        if (error == IoError.None)
        {
            error = fileSystem.Rename(part, path);
        }

        if (error != IoError.None)
        {
            _ = fileSystem.Delete(part);
            return Outcome(error);
        }

        error = fileSystem.SyncDirectory(folder);
        if (error == IoError.None)
        {
            snapshots.Add(id);
        }

        return Outcome(error);
    }

    public MetadataWrite Clean(long nowMs)
    {
        IoError error = DeleteSnapshots(nowMs);
        long needed = snapshots.Count > 0 ? snapshots[0].EndOffset : 0;
        // A segment is of use as long as it reaches beyond the oldest snapshot that is kept.
        while (error == IoError.None && segments.Count > 1 && segments[1].BaseOffset <= needed)
        {
            error = DeleteSegment();
        }

        return error == IoError.None ? WriteEpochs() : Outcome(error);
    }

    private IoError DeleteSnapshots(long nowMs)
    {
        IoError error = IoError.None;
        while (error == IoError.None && snapshots.Count > 1 && IsBeyondRetention(nowMs))
        {
            error = fileSystem.Delete(PathOf(snapshots[0]));
            snapshots.RemoveAt(0);
        }

        return error == IoError.None ? fileSystem.SyncDirectory(folder) : error;
    }

    private bool IsBeyondRetention(long nowMs)
    {
        long bytes = segments.Sum(static segment => segment.Size);
        foreach (SnapshotId snapshot in snapshots)
        {
            bytes += fileSystem.Status(PathOf(snapshot), out FileStatus status) == IoError.None ? status.Length : 0;
        }

        // The oldest goes by age once the one that replaces it is old enough.
        bool isOld = config.RetentionMs >= 0
            && fileSystem.Status(PathOf(snapshots[0]), out FileStatus oldest) == IoError.None
            && nowMs - oldest.ModifiedMs > config.RetentionMs;
        return isOld || (config.RetentionBytes >= 0 && bytes > config.RetentionBytes);
    }

    private IoError DeleteSegment()
    {
        MetadataSegment segment = segments[0];
        IoError error = fileSystem.Delete(PathOf(segment));
        if (error != IoError.None)
        {
            return error;
        }

        string snapshot = new SegmentFileName(segment.BaseOffset, SegmentFileKind.ProducerSnapshot).ToString();
        _ = fileSystem.Delete(Path.Join(folder, snapshot));
        segments.RemoveAt(0);
        while (epochs.Count > 1 && epochs[1].StartOffset <= segments[0].BaseOffset)
        {
            epochs.RemoveAt(0);
        }

        if (epochs.Count > 0 && epochs[0].StartOffset < segments[0].BaseOffset)
        {
            epochs[0] = epochs[0] with { StartOffset = segments[0].BaseOffset };
        }

        return fileSystem.SyncDirectory(folder);
    }

    /// <summary>Closes the file that is appended to.</summary>
    public void Close()
    {
        active?.Close();
        active = null;
    }

    private static MetadataWrite Outcome(IoError error) => error switch
    {
        IoError.None => MetadataWrite.Done,
        IoError.NoSpace => MetadataWrite.NoSpace,
        _ => MetadataWrite.Failed,
    };

    private string PathOf(MetadataSegment segment) =>
        Path.Join(folder, new SegmentFileName(segment.BaseOffset, SegmentFileKind.Log).ToString());

    private string PathOf(SnapshotId id) => Path.Join(folder, NameOf(id, SegmentFileStage.Live).ToString());

    internal static SegmentFileName NameOf(SnapshotId id, SegmentFileStage stage) =>
        new(id.EndOffset, SegmentFileKind.MetadataSnapshot, stage, id.Epoch);
}
