using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>An admin asks the quorum's leader how far voters and observers are.</summary>
[Message(ApiKey.DescribeQuorum, MessageType.Request, Versions = "0-2", Flexible = "0+")]
public sealed partial class DescribeQuorumRequest
{
    public TopicData[] Topics = [];

    public sealed partial class TopicData
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public PartitionData[] Partitions = [];
    }

    public sealed partial class PartitionData
    {
        public int PartitionIndex;
    }
}

/// <summary>
/// Leader, epoch and every replica's log end. Times from 1 on (KIP-836), directories and addresses from 2 (KIP-853).
/// </summary>
[Message(ApiKey.DescribeQuorum, MessageType.Response, Versions = "0-2", Flexible = "0+")]
public sealed partial class DescribeQuorumResponse
{
    public short ErrorCode;
    [Since(2), Nullable, Ignorable] public string? ErrorMessage = "";
    public TopicData[] Topics = [];
    [Since(2)] public Node[] Nodes = [];

    public sealed partial class TopicData
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public PartitionData[] Partitions = [];
    }

    public sealed partial class Node
    {
        [MapKey, Entity(EntityType.BrokerId)] public int NodeId;
        public Listener[] Listeners = [];
    }

    public sealed partial class PartitionData
    {
        public int PartitionIndex;
        public short ErrorCode;
        [Since(2), Nullable, Ignorable] public string? ErrorMessage = "";
        [Entity(EntityType.BrokerId)] public int LeaderId;
        public int LeaderEpoch;
        public long HighWatermark;
        public ReplicaState[] CurrentVoters = [];
        public ReplicaState[] Observers = [];
    }

    public sealed partial class ReplicaState
    {
        [Entity(EntityType.BrokerId)] public int ReplicaId;
        [Since(2)] public Uuid ReplicaDirectoryId;
        public long LogEndOffset;
        [Since(1), Ignorable] public long LastFetchTimestamp = -1;
        [Since(1), Ignorable] public long LastCaughtUpTimestamp = -1;
    }

    public sealed partial class Listener
    {
        [MapKey] public string Name = "";
        public string Host = "";
        public ushort Port;
    }
}
