using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A broker tells the controller in which log directory its replicas lie (KIP-858).</summary>
[Message(ApiKey.AssignReplicasToDirs, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class AssignReplicasToDirsRequest
{
    [Entity(EntityType.BrokerId)] public int BrokerId;
    public long BrokerEpoch = -1;
    public DirectoryData[] Directories = [];

    public sealed partial class DirectoryData
    {
        public Uuid Id;
        public TopicData[] Topics = [];
    }

    public sealed partial class TopicData
    {
        public Uuid TopicId;
        public PartitionData[] Partitions = [];
    }

    public sealed partial class PartitionData
    {
        public int PartitionIndex;
    }
}

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.AssignReplicasToDirs, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class AssignReplicasToDirsResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public DirectoryData[] Directories = [];

    public sealed partial class DirectoryData
    {
        public Uuid Id;
        public TopicData[] Topics = [];
    }

    public sealed partial class TopicData
    {
        public Uuid TopicId;
        public PartitionData[] Partitions = [];
    }

    public sealed partial class PartitionData
    {
        public int PartitionIndex;
        public short ErrorCode;
    }
}
