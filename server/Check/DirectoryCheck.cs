using System.Globalization;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>Looks at a log directory as a start would, and changes nothing in it. One thread.</summary>
internal sealed class DirectoryCheck(NodeConfig node, CheckReport report)
{
    private const long SpaceAdvised = 1024L * 1024 * 1024;

    private readonly PosixFileSystem files = new();
    private string? clusterId;

    public void Check(string directory)
    {
        IoError error = files.Status(directory, out FileStatus status);
        if (error == IoError.NotFound)
        {
            CheckMissing(directory);
        }
        else if (error != IoError.None || !status.IsDirectory)
        {
            string problem = error == IoError.None ? "is no folder" : $"cannot be looked at ({error})";
            report.Fail(ExitCode.DirectoryRefused, $"log.dirs: {directory} {problem}");
        }
        else
        {
            CheckLock(directory);
            CheckIdentity(directory);
            CheckContent(directory);
            CheckSpace(directory);
        }
    }

    private void CheckMissing(string directory)
    {
        if (node.Config.IsSelfContained)
        {
            report.Ok($"log.dirs: {directory} is not there; a start would make and format it");
        }
        else
        {
            report.Fail(
                ExitCode.DirectoryRefused,
                $"log.dirs: {directory} is not there; format it first: millrace format --cluster-id ID --config FILE");
        }
    }

    private void CheckLock(string directory)
    {
        // A lock that nobody holds leaves no file behind, so that looking makes none.
        string path = Path.Join(directory, ".lock");
        if (files.Status(path, out _) != IoError.None)
        {
            return;
        }

        IoError error = files.TryLock(path, out IFileLock? held);
        held?.Release();
        if (error == IoError.Locked)
        {
            report.Fail(
                ExitCode.DirectoryLocked,
                $"log.dirs: {directory} is in use by {LockHolder.Find(directory) ?? "another broker"}");
        }
    }

    private void CheckIdentity(string directory)
    {
        SmallFileRead<MetaProperties> read = MetaProperties.Read(files, Path.Join(directory, MetaProperties.FileName));
        if (read.IsGood)
        {
            CheckIdentity(directory, read.Value);
        }
        else if (read.IsMissing)
        {
            CheckMissing(directory);
        }
        else
        {
            report.Fail(
                ExitCode.DirectoryRefused,
                $"log.dirs: {directory}/{MetaProperties.FileName}: {read.Damage ?? read.Error.ToString()}");
        }
    }

    private void CheckIdentity(string directory, MetaProperties found)
    {
        if (found.NodeId is { } id && id != node.Config.NodeId)
        {
            report.Fail(
                ExitCode.DirectoryRefused,
                $"log.dirs: {directory} is of node {id}, and node.id is {node.Config.NodeId}; correct one of them");
        }
        else if (found.ClusterId is not null && clusterId is not null && found.ClusterId != clusterId)
        {
            report.Fail(
                ExitCode.DirectoryRefused,
                $"log.dirs: {directory} is of cluster {found.ClusterId}, the others are of {clusterId}");
        }
        else
        {
            report.Ok($"log.dirs: {directory} is of node {found.NodeId} of cluster {found.ClusterId}");
        }

        clusterId ??= found.ClusterId;
    }

    private void CheckContent(string directory)
    {
        List<DirectoryEntry> entries = [];
        IoError error = files.List(directory, entries);
        if (error != IoError.None)
        {
            report.Fail(ExitCode.DirectoryRefused, $"log.dirs: {directory} cannot be listed ({error})");
            return;
        }

        int logs = 0;
        List<string> leftovers = [];
        foreach (DirectoryEntry entry in entries)
        {
            bool isPartition = PartitionFolderName.TryParse(entry.Name, out PartitionFolderName name);
            if (entry.IsDirectory && isPartition && name.Kind == PartitionFolderKind.Live)
            {
                logs += name.TopicPartition.Topic == LogDirectories.MetadataTopic ? 0 : 1;
                AddLeftovers(Path.Join(directory, entry.Name), leftovers);
            }
            else if ((entry.IsDirectory && isPartition)
                || entry.Name.EndsWith(AtomicFileWriter.TemporarySuffix, StringComparison.Ordinal))
            {
                leftovers.Add(entry.Name);
            }
        }

        bool isClean = entries.Exists(entry => entry.Name == CleanShutdownMarker.FileName);
        report.Ok(string.Create(
            CultureInfo.InvariantCulture,
            $"log.dirs: {directory} has {logs} logs; the last stop was "
            + $"{(isClean || logs == 0 ? "clean" : "not clean: a start would look through the ends of all logs")}"));
        if (leftovers.Count > 0)
        {
            report.Ok(
                $"log.dirs: {directory} has {leftovers.Count} names left over, which a start would take away, such as "
                + leftovers[0]);
        }
    }

    private void AddLeftovers(string folder, List<string> leftovers)
    {
        List<DirectoryEntry> entries = [];
        files.List(folder, entries);
        foreach (DirectoryEntry entry in entries)
        {
            if (SegmentFileName.TryParse(entry.Name, out SegmentFileName name) && name.Stage != SegmentFileStage.Live)
            {
                leftovers.Add(Path.Join(Path.GetFileName(folder), entry.Name));
            }
        }
    }

    private void CheckSpace(string directory)
    {
        IoError error = files.FreeSpace(directory, out long bytes);
        string line = string.Create(
            CultureInfo.InvariantCulture, $"disk: {directory} has {bytes / (1024 * 1024)} MiB free");
        if (error != IoError.None)
        {
            report.Warn($"disk: the space left for {directory} is not known ({error})");
        }
        else if (bytes < SpaceAdvised)
        {
            report.Warn($"{line}, less than 1 GiB");
        }
        else
        {
            report.Ok(line);
        }
    }
}
