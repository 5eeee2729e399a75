using Millrace.Base;
using Millrace.Broker;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>Makes sure that the log directories can be opened: formatted, and used by nobody else.</summary>
internal static class NodeDirectories
{
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
                string holder = LockHolder.Find(directory) ?? "another broker";
                return new StartRefusal(
                    ExitCode.DirectoryLocked, $"log.dirs: {directory} is in use by {holder}; stop it, or use another one");
            }

            isFormatted |= files.Status(Path.Join(directory, MetaProperties.FileName), out _) == IoError.None;
        }

        if (isFormatted)
        {
            return null;
        }

        return node.Config.IsSelfContained
            ? Format(node, files, random, log)
            : new StartRefusal(
                ExitCode.DirectoryRefused,
                $"log.dirs: {string.Join(", ", node.LogDirectories)} is not formatted; do that first: "
                + $"millrace format --cluster-id {Uuid.NewRandom(random)} --config {node.File} --standalone");
    }

    /// <summary>The id of the metadata directory; zero where it has none yet.</summary>
    public static Uuid MetadataDirectoryId(NodeConfig node, IFileSystem files) =>
        MetaProperties.Read(files, Path.Join(node.MetadataDirectory, MetaProperties.FileName)).Value?.DirectoryId
        ?? Uuid.Zero;

    private static bool IsLocked(IFileSystem files, string directory)
    {
        string path = Path.Join(directory, ".lock");
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
