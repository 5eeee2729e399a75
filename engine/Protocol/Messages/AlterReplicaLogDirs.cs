namespace Millrace.Protocol.Messages;

/// <summary>An admin moves replicas of this broker to other log directories.</summary>
[Message(ApiKey.AlterReplicaLogDirs, MessageType.Request, Versions = "0-2", Flexible = "2+")]
public sealed partial class AlterReplicaLogDirsRequest
{
    public AlterReplicaLogDir[] Dirs = [];

    public sealed partial class AlterReplicaLogDir
    {
        [MapKey] public string Path = "";
        public AlterReplicaLogDirTopic[] Topics = [];
    }

    public sealed partial class AlterReplicaLogDirTopic
    {
        [MapKey, Entity(EntityType.TopicName)] public string Name = "";
        public int[] Partitions = [];
    }
}

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.AlterReplicaLogDirs, MessageType.Response, Versions = "0-2", Flexible = "2+")]
public sealed partial class AlterReplicaLogDirsResponse
{
    public int ThrottleTimeMs;
    public AlterReplicaLogDirTopicResult[] Results = [];

    public sealed partial class AlterReplicaLogDirTopicResult
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public AlterReplicaLogDirPartitionResult[] Partitions = [];
    }

    public sealed partial class AlterReplicaLogDirPartitionResult
    {
        public int PartitionIndex;
        public short ErrorCode;
    }
}
