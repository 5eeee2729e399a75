using Millrace.Base;
using Millrace.Broker;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>Makes sure that the log directories can be opened: formatted, and used by nobody else.</summary>
internal static class NodeDirectories
{
    private const string LockFile = ".lock";

    /// <summary>Takes a first look. A node that needs no configs formats itself at its first start.</summary>
    /// <param name="node">The node's configs.</param>
    /// <param name="files">Where the directories are.</param>
    /// <param name="random">Ids.</param>
    /// <param name="log">Told what was formatted.</param>
    public static StartRefusal? Prepare(NodeConfig node, IFileSystem files, Random random, LogArea log)
    {
        bool isFormatted = false;
        foreach (string directory in node.AllDirectories)
        {
            if (IsLocked(files, directory))
            {
                return Taken("log.dirs", directory);
            }

            isFormatted |= files.Status(Path.Join(directory, MetaProperties.FileName), out _) == IoError.None;
        }

        if (isFormatted)
        {
            return null;
        }

        return node.Config.IsSelfContained
            ? RefuseOrphans(node, files) ?? Format(node, files, random, log)
            : new StartRefusal(
                ExitCode.DirectoryRefused,
                $"log.dirs: {string.Join(", ", node.LogDirectories)} is not formatted; do that first: "
                + $"millrace format --cluster-id {Uuid.NewRandom(random)} --config {node.File} --standalone");
    }

    /// <summary>
    /// Takes the lock of a metadata directory that is none of the log directories, which have their own, as Kafka does.
    /// </summary>
    /// <param name="node">The node's configs.</param>
    /// <param name="files">Where the directories are.</param>
    /// <param name="held">To be released at the end; null where there is nothing to lock.</param>
    public static StartRefusal? LockMetadata(NodeConfig node, IFileSystem files, out IFileLock? held)
    {
        held = null;
        if (node.LogDirectories.Contains(node.MetadataDirectory))
        {
            return null;
        }

        IoError error = files.TryLock(Path.Join(node.MetadataDirectory, LockFile), out held);
        return error switch
        {
            IoError.None => null,
            IoError.Locked => Taken("metadata.log.dir", node.MetadataDirectory),
            _ => new StartRefusal(
                ExitCode.StorageFailed, $"metadata.log.dir: {node.MetadataDirectory} cannot be locked ({error})"),
        };
    }

    /// <summary>
    /// Why the directories must not be begun anew: they hold partitions, and nothing says of which cluster, as where
    /// ZooKeeper had the metadata, or where it was lost. Kafka would take such partitions for strays and delete them.
    /// </summary>
    /// <param name="node">The node's configs.</param>
    /// <param name="files">Where the directories are.</param>
    public static StartRefusal? RefuseOrphans(NodeConfig node, IFileSystem files)
    {
        foreach (string directory in node.AllDirectories)
        {
            List<DirectoryEntry> entries = [];
            _ = files.List(directory, entries);
            foreach (DirectoryEntry entry in entries)
            {
                if (entry.IsDirectory
                    && entry.Name != MetadataLogFiles.FolderName
                    && PartitionFolderName.TryParse(entry.Name, out _))
                {
                    return new StartRefusal(
                        ExitCode.DirectoryRefused,
                        $"log.dirs: {directory} holds partitions, such as {entry.Name}, and there is no metadata of "
                        + "their cluster: either it was kept in ZooKeeper (migrate it with Kafka 3.9 first), or "
                        + $"{MetadataLogFiles.FolderName} is lost (restore it)");
                }
            }
        }

        return null;
    }

    /// <summary>The id of the metadata directory; zero where it has none yet.</summary>
    public static Uuid MetadataDirectoryId(NodeConfig node, IFileSystem files) =>
        MetaProperties.Read(files, Path.Join(node.MetadataDirectory, MetaProperties.FileName)).Value?.DirectoryId
        ?? Uuid.Zero;

    private static StartRefusal Taken(string config, string directory)
    {
        string holder = LockHolder.Find(directory) ?? "another broker";
        return new StartRefusal(
            ExitCode.DirectoryLocked,
            $"{config}: {directory} is in use by {holder}; stop it, or use another directory");
    }

    private static bool IsLocked(IFileSystem files, string directory)
    {
        string path = Path.Join(directory, LockFile);
        if (files.Status(path, out _) != IoError.None)
        {
            return false;
        }

        IoError error = files.TryLock(path, out IFileLock? held);
        held?.Release();
        return error == IoError.Locked;
    }

    private static StartRefusal? Format(NodeConfig node, IFileSystem files, Random random, LogArea log)
    {
        bool isStatic = node.Config.QuorumVoters.Count > 0;
        DirectoryFormatOptions options = new()
        {
            NodeId = node.Config.NodeId,
            ClusterId = Uuid.NewRandom(random).ToString(),
            LogDirectories = node.LogDirectories,
            MetadataDirectory = node.MetadataDirectory,
            Quorum = isStatic ? InitialQuorum.Static : InitialQuorum.Dynamic,
            Voters = isStatic ? [] : [InitialControllers.ThisNode(node)],
        };
        string? problem = new DirectoryFormat(files, SystemClock.Instance, random).Format(options, out _);
        if (problem is null)
        {
            log.Info($"Formatted {string.Join(", ", node.AllDirectories)} for the new cluster {options.ClusterId}");
        }

        return problem is null ? null : new StartRefusal(ExitCode.DirectoryRefused, problem);
    }
}
