using System.Globalization;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>Prints the indexes of a segment, and holds each entry against the log beside them. One thread.</summary>
internal sealed class IndexDump
{
    private readonly FileCache files;
    private readonly IFileSystem fileSystem;
    private readonly DumpOptions options;
    private readonly TextWriter output;
    private readonly DumpFindings findings;

    public IndexDump(IFileSystem fileSystem, DumpOptions options, TextWriter output, DumpFindings findings)
    {
        this.fileSystem = fileSystem;
        this.options = options;
        this.output = output;
        this.findings = findings;
        files = new FileCache(fileSystem, openMax: 2);
    }

    public void DumpOffsets(string path, SegmentFileName name)
    {
        OffsetIndex index = new(new CachedFile(files, path, OpenKind.Read), name.Offset, int.MaxValue);
        if (!IsSound(path, index))
        {
            return;
        }

        if (index.Count == 0)
        {
            output.WriteLine($"{path} is empty.");
        }
        else if (options.ChecksIndexOnly)
        {
            output.WriteLine($"{path} passed sanity check.");
        }
        else
        {
            IFile? log = OpenLog(path, name, out long length);
            for (int place = 0; index.EntryAt(place) is OffsetIndexEntry entry; place++)
            {
                if (log is not null)
                {
                    CheckOffset(path, entry, log, length);
                }

                if (!options.VerifiesIndexOnly)
                {
                    output.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"offset: {entry.Offset} position: {entry.Position}"));
                }
            }

            log?.Close();
        }
    }

    public void DumpTimes(string path, SegmentFileName name)
    {
        TimeIndex index = new(new CachedFile(files, path, OpenKind.Read), name.Offset, int.MaxValue);
        if (!IsSound(path, index))
        {
            return;
        }

        if (options.ChecksIndexOnly)
        {
            output.WriteLine($"{path} passed sanity check.");
            return;
        }

        string offsetPath = Beside(path, name with { Kind = SegmentFileKind.OffsetIndex });
        OffsetIndex positions = new(new CachedFile(files, offsetPath, OpenKind.Read), name.Offset, int.MaxValue);
        positions.Load();
        IFile? log = OpenLog(path, name, out long length);
        for (int place = 0; index.EntryAt(place) is TimeIndexEntry entry; place++)
        {
            if (log is not null)
            {
                // Where the offset index is not there either, the look-up answers the segment's start.
                positions.Lookup(entry.Offset, out OffsetIndexEntry near);
                CheckTime(path, entry, new LogFileWalk(log, near.Position, length));
            }

            if (!options.VerifiesIndexOnly)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"timestamp: {entry.Timestamp} offset: {entry.Offset}"));
            }
        }

        log?.Close();
    }

    private bool IsSound(string path, SparseIndex index)
    {
        IoError error = index.Load();
        if (error != IoError.None)
        {
            findings.AddUnreadable(path, error);
        }
        else if (index.Damage is not null)
        {
            findings.AddDamage(path, $"the index is damaged, a start would make it again: {index.Damage}");
        }

        return error == IoError.None && index.Damage is null;
    }

    /// <summary>Another file of the same segment.</summary>
    private static string Beside(string path, SegmentFileName name) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", name.ToString());

    private IFile? OpenLog(string indexPath, SegmentFileName name, out long length)
    {
        length = 0;
        string path = Beside(indexPath, name with { Kind = SegmentFileKind.Log });
        IoError error = fileSystem.Open(path, OpenKind.Read, out IFile? log);
        if (log is null)
        {
            findings.AddDamage(indexPath, $"its log {path} cannot be read ({error}), so the entries were not checked");
            return null;
        }

        length = log.Length().Bytes;
        return log;
    }

    private void CheckOffset(string path, OffsetIndexEntry entry, IFile log, long length)
    {
        LogFileWalk walk = new(log, entry.Position, length);
        long lastOffset = walk.MoveNext() ? walk.Current.LastOffset : -1;
        if (lastOffset != entry.Offset)
        {
            findings.AddUnder(
                $"Mismatches in :{Path.GetFullPath(path)}",
                string.Create(
                    CultureInfo.InvariantCulture, $"  Index offset: {entry.Offset}, log offset: {lastOffset}"),
                isDamage: true);
        }
    }

    private void CheckTime(string path, TimeIndexEntry entry, LogFileWalk walk)
    {
        bool found = false;
        while (!found && walk.MoveNext())
        {
            found = walk.Current.LastOffset >= entry.Offset;
        }

        long lastOffset = found ? walk.Current.LastOffset : -1;
        if (lastOffset != entry.Offset)
        {
            findings.AddUnder(
                "The following indexed offsets are not found in the log.",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Indexed offset: {entry.Offset}, found log offset: {lastOffset}"),
                isDamage: true);
            return;
        }

        RecordBatch batch = walk.Current;
        if (batch.MaxTimestamp != entry.Timestamp)
        {
            findings.AddUnder(
                $"Found timestamp mismatch in :{Path.GetFullPath(path)}",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  Index timestamp: {entry.Timestamp}, log timestamp: {batch.MaxTimestamp}"),
                isDamage: true);
        }
    }
}
