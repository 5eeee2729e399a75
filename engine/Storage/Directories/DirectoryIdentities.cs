using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// Holds the <c>meta.properties</c> of all log directories against each other and against the broker's configs, before
/// anything is written: a directory of another cluster or node must not be touched.
/// </summary>
internal static class DirectoryIdentities
{
    /// <summary>Reads and compares.</summary>
    /// <param name="files">Where the directories are.</param>
    /// <param name="directories">Those that could be locked. One whose file is unreadable is taken offline.</param>
    /// <param name="options">Node and cluster as configured.</param>
    /// <returns>Why the broker must not start; null where all is well.</returns>
    public static string? Check(IFileSystem files, List<LogDirectory> directories, LogDirectoriesOptions options)
    {
        string? clusterId = options.ClusterId;
        Dictionary<Uuid, LogDirectory> byId = [];
        foreach (LogDirectory directory in directories)
        {
            string? problem = Read(files, directory);
            if (problem is not null)
            {
                directory.Problem = problem;
                continue;
            }

            string? mismatch = directory.Identity is null
                ? null
                : Mismatch(directory, options.NodeId, ref clusterId, byId);
            if (mismatch is not null)
            {
                return mismatch;
            }
        }

        if (directories.Exists(directory => directory.Identity is not null))
        {
            return null;
        }

        List<LogDirectory> damaged = directories.FindAll(directory => directory.Problem is not null);
        return damaged.Count == 0
            ? "no log directory has a meta.properties: they have to be formatted first"
            : $"no log directory can be used: {string.Join("; ", damaged.Select(directory => directory.Problem))}";
    }

    private static string? Read(IFileSystem files, LogDirectory directory)
    {
        string path = directory.PathOf(MetaProperties.FileName);
        SmallFileRead<MetaProperties> read = MetaProperties.Read(files, path);
        directory.Identity = read.Value;
        return read.IsGood || read.IsMissing ? null : $"{path}: {read.Damage ?? read.Error.ToString()}";
    }

    private static string? Mismatch(
        LogDirectory directory, int nodeId, ref string? clusterId, Dictionary<Uuid, LogDirectory> byId)
    {
        MetaProperties found = directory.Identity!;
        string path = directory.PathOf(MetaProperties.FileName);
        if (found.NodeId is { } node && node != nodeId)
        {
            return $"{path} is of node {node}, this one is node {nodeId}";
        }

        if (found.ClusterId is not null && clusterId is not null && found.ClusterId != clusterId)
        {
            return $"{path} is of cluster {found.ClusterId}, expected was {clusterId}";
        }

        clusterId ??= found.ClusterId;
        if (found.DirectoryId is { } id && !byId.TryAdd(id, directory))
        {
            return $"{path} and {byId[id].PathOf(MetaProperties.FileName)} have the same directory.id {id}";
        }

        return null;
    }

    /// <summary>What a directory's file has to say from now on.</summary>
    public static MetaProperties Complete(
        LogDirectory directory, LogDirectoriesOptions options, string? clusterId, Random random)
    {
        MetaProperties found = directory.Identity ?? new MetaProperties { Version = 1 };
        Uuid id = found.DirectoryId ?? Uuid.NewRandom(random);
        string? cluster = found.ClusterId ?? clusterId;

        // Version 1 demands a cluster; a directory of version 0 that never had one stays as it is.
        return found with
        {
            Version = cluster is null ? 0 : 1,
            ClusterId = cluster,
            NodeId = options.NodeId,
            DirectoryId = id,
        };
    }
}
