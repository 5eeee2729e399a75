using System.Globalization;
using Millrace.Base;
using Millrace.Broker;
using Millrace.Cluster;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>Reads the metadata as a start would, up to the point at which that would begin to write.</summary>
internal static class MetadataCheck
{
    public static void Run(NodeConfig node, CheckReport report)
    {
        PosixFileSystem files = new();
        string metaProperties = Path.Join(node.MetadataDirectory, MetaProperties.FileName);
        if (files.Status(metaProperties, out _) != IoError.None)
        {
            CheckOrphans(node, files, report);
            return;
        }

        try
        {
            using MetadataQuorum quorum = new(
                MetadataLogFiles.Open(files, node.MetadataDirectory, NodeSettings.MetadataLog(node.Config)),
                NodeSettings.Quorum(node.Config, NodeDirectories.MetadataDirectoryId(node, files)),
                SystemClock.Instance);
            quorum.Load();
            Tell(quorum, node, files, report);
        }
        catch (MetadataRefusedException found)
        {
            report.Fail(
                ExitCode.DirectoryRefused,
                $"metadata: {node.MetadataDirectory}: the metadata cannot be served: {found.Message}");
        }
    }

    private static void Tell(MetadataQuorum quorum, NodeConfig node, PosixFileSystem files, CheckReport report)
    {
        MetadataImage image = quorum.Image;
        if (!image.IsBootstrapped)
        {
            if (CheckOrphans(node, files, report))
            {
                report.Ok("metadata: formatted, and never started");
            }

            return;
        }

        int partitions = image.TopicsById.Values.Sum(topic => topic.PartitionCount);
        report.Ok(string.Create(
            CultureInfo.InvariantCulture,
            $"metadata: metadata.version {image.MetadataVersion}, {image.TopicsById.Count} topics with {partitions} "
            + $"partitions, up to offset {quorum.EndOffset} of epoch {quorum.Epoch}"));
    }

    private static bool CheckOrphans(NodeConfig node, PosixFileSystem files, CheckReport report)
    {
        StartRefusal? orphans = NodeDirectories.RefuseOrphans(node, files);
        if (orphans is not null)
        {
            report.Fail(orphans.Code, orphans.Problem);
        }

        return orphans is null;
    }
}
