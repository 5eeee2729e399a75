using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Storage;
using Asked = Millrace.Protocol.Messages.DescribeLogDirsRequest.DescribableLogDirTopic;
using Result = Millrace.Protocol.Messages.DescribeLogDirsResponse.DescribeLogDirsResult;

namespace Millrace.Broker;

/// <summary>Tells the log directories of this broker, and what lies in them.</summary>
public sealed class DescribeLogDirsHandler(Controller controller, LogDirectories directories, IAuthorizer authorizer)
    : AdminHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>(ApiKey.DescribeLogDirs, controller)
{
    public override DescribeLogDirsResponse Serve(DescribeLogDirsRequest request, in Caller caller)
    {
        if (!authorizer.AllowsCluster(caller, AclOperation.Describe))
        {
            return new DescribeLogDirsResponse { ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed };
        }

        HashSet<TopicPartition>? wanted = request.Topics is null ? null : [.. request.Topics.SelectMany(PartitionsOf)];
        ILookup<LogDirectoryContext, PartitionLog> logs = directories.Logs.All
            .Where(log => wanted is null || wanted.Contains(log.Partition))
            .ToLookup(static log => log.Directory);
        return new DescribeLogDirsResponse
        {
            Results = [.. directories.All.Select(directory => Describe(directory, logs))],
        };
    }

    private static IEnumerable<TopicPartition> PartitionsOf(Asked topic) =>
        topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition));

    private Result Describe(LogDirectory directory, ILookup<LogDirectoryContext, PartitionLog> logs)
    {
        if (directory.IsOffline)
        {
            return new Result { LogDir = directory.Path, ErrorCode = (short)ErrorCode.KafkaStorageError };
        }

        Result result = new()
        {
            LogDir = directory.Path,
            IsCordoned = IsCordoned(directory.DirectoryId),
            Topics =
            [
                .. logs[directory.Context!]
                    .GroupBy(static log => log.Partition.Topic, StringComparer.Ordinal)
                    .Select(static topic => new DescribeLogDirsResponse.DescribeLogDirsTopic
                    {
                        Name = topic.Key,
                        Partitions = [.. topic.Select(Describe)],
                    }),
            ],
        };
        AddSpace(result);
        return result;
    }

    /// <summary>The leader of a partition lags behind nobody.</summary>
    private static DescribeLogDirsResponse.DescribeLogDirsPartition Describe(PartitionLog log) => new()
    {
        PartitionIndex = log.Partition.Partition,
        PartitionSize = log.Size,
        OffsetLag = Math.Max(0, log.HighWatermark - log.LogEndOffset),
    };

    private static void AddSpace(Result result)
    {
        try
        {
            DriveInfo drive = new(result.LogDir);
            (result.TotalBytes, result.UsableBytes) = (drive.TotalSize, drive.AvailableFreeSpace);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The sizes stay unknown, which is -1; the rest of the answer is good.
        }
    }

    private bool IsCordoned(Uuid directoryId) =>
        Controller.Image.Brokers.TryGetValue(Controller.Configs.Current.NodeId, out BrokerImage? broker)
        && broker.CordonedLogDirs is { } cordoned
        && Array.IndexOf(cordoned, directoryId) >= 0;
}
