namespace Millrace.Protocol.Messages;

/// <summary>An admin asks a broker for its log directories and the sizes in them.</summary>
[Message(ApiKey.DescribeLogDirs, MessageType.Request, Versions = "0-5", Flexible = "2+")]
public sealed partial class DescribeLogDirsRequest
{
    [Nullable] public DescribableLogDirTopic[]? Topics = [];

    public sealed partial class DescribableLogDirTopic
    {
        [MapKey, Entity(EntityType.TopicName)] public string Topic = "";
        public int[] Partitions = [];
    }
}

/// <summary>Every log directory with its replicas. Disk sizes from 4 on, cordoned directories in 5.</summary>
[Message(ApiKey.DescribeLogDirs, MessageType.Response, Versions = "0-5", Flexible = "2+")]
public sealed partial class DescribeLogDirsResponse
{
    public int ThrottleTimeMs;
    [Since(3), Ignorable] public short ErrorCode;
    public DescribeLogDirsResult[] Results = [];

    public sealed partial class DescribeLogDirsResult
    {
        public short ErrorCode;
        public string LogDir = "";
        public DescribeLogDirsTopic[] Topics = [];
        [Since(4), Ignorable] public long TotalBytes = -1;
        [Since(4), Ignorable] public long UsableBytes = -1;
        [Since(5), Ignorable] public bool IsCordoned;
    }

    public sealed partial class DescribeLogDirsTopic
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public DescribeLogDirsPartition[] Partitions = [];
    }

    public sealed partial class DescribeLogDirsPartition
    {
        public int PartitionIndex;
        public long PartitionSize;
        public long OffsetLag;
        public bool IsFutureKey;
    }
}
