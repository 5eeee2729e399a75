using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Storage;
using TopicResult = Millrace.Protocol.Messages.AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult;

namespace Millrace.Broker;

/// <summary>
/// Says where replicas of this broker are to lie. Asked for the directory in which one lies already, it agrees; it
/// moves none from one directory to another, and refuses that with UNSUPPORTED_VERSION, which no tool tries again.
/// </summary>
public sealed class AlterReplicaLogDirsHandler(
    Controller controller, LogDirectories directories, IAuthorizer authorizer)
    : AdminHandler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(ApiKey.AlterReplicaLogDirs, controller)
{
    private const int FolderNameCharsMax = 255;
    private const int FutureSuffixChars = 1 + 32 + 7;

    public override AlterReplicaLogDirsResponse Serve(AlterReplicaLogDirsRequest request, in Caller caller)
    {
        bool isAllowed = authorizer.AllowsCluster(caller, AclOperation.Alter);
        Dictionary<string, List<AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult>> results = [];
        foreach (AlterReplicaLogDirsRequest.AlterReplicaLogDir wanted in request.Dirs)
        {
            foreach (AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic topic in wanted.Topics)
            {
                if (!results.TryGetValue(topic.Name, out var partitions))
                {
                    results[topic.Name] = partitions = [];
                }

                foreach (int index in topic.Partitions)
                {
                    ErrorCode outcome = isAllowed
                        ? Place(new TopicPartition(topic.Name, index), wanted.Path)
                        : ErrorCode.ClusterAuthorizationFailed;
                    partitions.Add(new() { PartitionIndex = index, ErrorCode = (short)outcome });
                }
            }
        }

        return new AlterReplicaLogDirsResponse
        {
            Results =
            [
                .. results.Select(static topic =>
                    new TopicResult { TopicName = topic.Key, Partitions = [.. topic.Value] }),
            ],
        };
    }

    /// <summary>Kafka's order of looking: the name, the directory, the replica.</summary>
    private ErrorCode Place(TopicPartition partition, string path)
    {
        if (partition.ToString().Length + FutureSuffixChars > FolderNameCharsMax)
        {
            return ErrorCode.InvalidTopicException;
        }

        LogDirectory? wanted = directories.All.FirstOrDefault(directory => directory.Path == path);
        if (wanted is null)
        {
            return ErrorCode.LogDirNotFound;
        }

        if (wanted.IsOffline || directories.All.Any(directory => directory.DamagedPartitions.ContainsKey(partition)))
        {
            return ErrorCode.KafkaStorageError;
        }

        PartitionLog? log = directories.Logs.Find(partition);
        if (log is null)
        {
            return ErrorCode.ReplicaNotAvailable;
        }

        return log.Directory == wanted.Context ? ErrorCode.None : ErrorCode.UnsupportedVersion;
    }
}
