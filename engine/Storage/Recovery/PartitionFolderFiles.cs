using System.Runtime.CompilerServices;

namespace Millrace.Storage;

/// <summary>
/// The files in a partition's folder, once what an interrupted broker left there is finished or dropped, by Kafka's
/// rules:
/// <c>.deleted</c> goes; <c>.cleaned</c> goes; <c>.swap</c> takes the place of the segments it was made from, unless a
/// <c>.cleaned</c> at or below it says that its set is not complete; indexes without their log go.
/// </summary>
internal sealed class PartitionFolderFiles
{
    private readonly IFileSystem files;
    private readonly string folder;
    private readonly List<SegmentFileName> names = [];
    private readonly List<string> rubbish = [];

    private PartitionFolderFiles(IFileSystem files, string folder)
    {
        this.files = files;
        this.folder = folder;
    }

    /// <summary>Base offsets of the segments, rising.</summary>
    public SortedSet<long> Logs { get; } = [];

    /// <summary>Base offsets of the segments that have both indexes.</summary>
    public HashSet<long> Indexed { get; } = [];

    /// <summary>Base offsets of the segments that have a transaction index.</summary>
    public HashSet<long> HasTransactions { get; } = [];

    /// <summary>Offsets of the producer snapshots, rising.</summary>
    public SortedSet<long> Snapshots { get; } = [];

    /// <summary>What was done about leftovers; null where nothing was.</summary>
    public string? Repair { get; private set; }

    /// <summary>Lists the folder and puts it in order.</summary>
    public static IoError Settle(IFileSystem files, string folder, out PartitionFolderFiles settled)
    {
        settled = new PartitionFolderFiles(files, folder);
        IoError error = settled.List();
        if (error == IoError.None && settled.HasLeftovers)
        {
            error = settled.FinishSwaps();
            error = error == IoError.None ? files.SyncDirectory(folder) : error;
            error = error == IoError.None ? settled.List() : error;
        }

        return error == IoError.None ? settled.DropOrphans() : error;
    }

    private bool HasLeftovers => rubbish.Count > 0 || names.Exists(name => name.Stage != SegmentFileStage.Live);

    private IoError List()
    {
        List<DirectoryEntry> entries = [];
        IoError error = files.List(folder, entries);
        names.Clear();
        rubbish.Clear();
        foreach (DirectoryEntry entry in entries)
        {
            if (entry.IsDirectory)
            {
                continue;
            }

            if (SegmentFileName.TryParse(entry.Name, out SegmentFileName name))
            {
                // Snapshots of the metadata log are their own room's.
                if (name.Kind != SegmentFileKind.MetadataSnapshot)
                {
                    names.Add(name);
                }
            }
            else if (entry.Name == PartitionLog.PreparedFileName
                || (entry.Name.EndsWith(AtomicFileWriter.TemporarySuffix, StringComparison.Ordinal)
                    && !entry.Name.Contains(".checkpoint", StringComparison.Ordinal)))
            {
                rubbish.Add(entry.Name);
            }
        }

        return error;
    }

    private IoError FinishSwaps()
    {
        long cleanedMin = long.MaxValue;
        foreach (SegmentFileName name in names)
        {
            cleanedMin = name.Stage == SegmentFileStage.Cleaned ? Math.Min(cleanedMin, name.Offset) : cleanedMin;
        }

        List<SegmentFileName> swaps = names.FindAll(
            name => name.Stage == SegmentFileStage.Swap && name.Offset < cleanedMin);
        IoError error = RangeOf(swaps, out long from, out long to);
        int dropped = rubbish.Count;
        foreach (string name in rubbish)
        {
            error = error == IoError.None ? Drop(name) : error;
        }

        foreach (SegmentFileName name in names)
        {
            bool isReplaced = name.Stage == SegmentFileStage.Live && name.Offset >= from && name.Offset < to;
            bool isRubbish = name.Stage is SegmentFileStage.Deleted or SegmentFileStage.Cleaned
                || (name.Stage == SegmentFileStage.Swap && name.Offset >= cleanedMin);
            if (error == IoError.None && (isReplaced || isRubbish))
            {
                dropped++;
                error = Drop(name.ToString());
            }
        }

        foreach (SegmentFileName name in swaps)
        {
            if (error == IoError.None)
            {
                string live = (name with { Stage = SegmentFileStage.Live }).ToString();
                error = files.Rename(Path.Join(folder, name.ToString()), Path.Join(folder, live));
            }
        }

        Repair = $"an interrupted broker left files: {swaps.Count} were put in their place, {dropped} deleted";
        return error;
    }

    /// <summary>The offsets that the new segments stand for; none where there are no new ones.</summary>
    private IoError RangeOf(List<SegmentFileName> swaps, out long from, out long to)
    {
        from = long.MaxValue;
        to = long.MinValue;
        IoError error = IoError.None;
        foreach (SegmentFileName name in swaps)
        {
            if (error == IoError.None && name.Kind == SegmentFileKind.Log)
            {
                error = ReadNextOffset(name, out long next);
                from = Math.Min(from, name.Offset);
                to = Math.Max(to, next);
            }
        }

        return error;
    }

    [SkipLocalsInit]
    private IoError ReadNextOffset(SegmentFileName name, out long next)
    {
        next = name.Offset;
        IoError error = files.Open(Path.Join(folder, name.ToString()), OpenKind.Read, out IFile? file);
        if (file is null)
        {
            return error;
        }

        IoResult length = file.Length();
        Span<byte> room = stackalloc byte[StorageLimits.HeaderScanBytes];
        BatchScan scan = new(file, 0, (int)Math.Min(length.Bytes, int.MaxValue), room);
        while (scan.MoveNext())
        {
            next = scan.Header.NextOffset;
        }

        file.Close();
        return length.Failed ? length.Error : scan.Error;
    }

    private IoError Drop(string name)
    {
        IoError error = files.Delete(Path.Join(folder, name));
        return error == IoError.NotFound ? IoError.None : error;
    }

    private IoError DropOrphans()
    {
        Dictionary<long, int> kinds = [];
        foreach (SegmentFileName name in names)
        {
            kinds[name.Offset] = kinds.GetValueOrDefault(name.Offset) | (1 << (int)name.Kind);
        }

        IoError error = IoError.None;
        const int indexes = (1 << (int)SegmentFileKind.OffsetIndex) | (1 << (int)SegmentFileKind.TimeIndex);
        foreach (SegmentFileName name in names)
        {
            bool hasLog = (kinds[name.Offset] & (1 << (int)SegmentFileKind.Log)) != 0;
            if (name.Kind == SegmentFileKind.ProducerSnapshot)
            {
                Snapshots.Add(name.Offset);
            }
            else if (name.Kind == SegmentFileKind.Log)
            {
                Logs.Add(name.Offset);
                if ((kinds[name.Offset] & indexes) == indexes)
                {
                    Indexed.Add(name.Offset);
                }

                if ((kinds[name.Offset] & (1 << (int)SegmentFileKind.TransactionIndex)) != 0)
                {
                    HasTransactions.Add(name.Offset);
                }
            }
            else if (!hasLog && error == IoError.None)
            {
                Repair = $"{name} has no log beside it and was deleted";
                error = Drop(name.ToString());
            }
        }

        return error;
    }

    /// <summary>
    /// Deletes the producer snapshots that no later load could begin from: Kafka keeps those of a segment's start, and
    /// the newest one where it lies behind all of them.
    /// </summary>
    public IoError DropStraySnapshots()
    {
        IoError error = IoError.None;
        foreach (long offset in (long[])[.. Snapshots])
        {
            bool isNewest = offset == Snapshots.Max && Logs.Count > 0 && offset > Logs.Max;
            if (error == IoError.None && !Logs.Contains(offset) && !isNewest)
            {
                Snapshots.Remove(offset);
                error = Drop(new SegmentFileName(offset, SegmentFileKind.ProducerSnapshot).ToString());
            }
        }

        return error;
    }
}
