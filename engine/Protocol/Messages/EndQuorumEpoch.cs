using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A resigning quorum leader tells the voters in which order to follow it.</summary>
[Message(ApiKey.EndQuorumEpoch, MessageType.Request, Versions = "0-1", Flexible = "1+")]
public sealed partial class EndQuorumEpochRequest
{
    [Nullable] public string? ClusterId = null;
    public TopicData[] Topics = [];
    [Since(1), Ignorable] public LeaderEndpoint[] LeaderEndpoints = [];

    public sealed partial class TopicData
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public PartitionData[] Partitions = [];
    }

    public sealed partial class LeaderEndpoint
    {
        [MapKey] public string Name = "";
        public string Host = "";
        public ushort Port;
    }

    public sealed partial class PartitionData
    {
        public int PartitionIndex;
        [Entity(EntityType.BrokerId)] public int LeaderId;
        public int LeaderEpoch;
        [Until(0), Ignorable] public int[] PreferredSuccessors = [];
        [Since(1), Ignorable] public ReplicaInfo[] PreferredCandidates = [];
    }

    public sealed partial class ReplicaInfo
    {
        [Entity(EntityType.BrokerId)] public int CandidateId;
        public Uuid CandidateDirectoryId;
    }
}

/// <summary>The voter's acknowledgement.</summary>
[Message(ApiKey.EndQuorumEpoch, MessageType.Response, Versions = "0-1", Flexible = "1+")]
public sealed partial class EndQuorumEpochResponse
{
    public short ErrorCode;
    public TopicData[] Topics = [];
    [Since(1), Tag(0)] public NodeEndpoint[] NodeEndpoints = [];

    public sealed partial class TopicData
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public PartitionData[] Partitions = [];
    }

    public sealed partial class NodeEndpoint
    {
        [MapKey, Entity(EntityType.BrokerId)] public int NodeId;
        public string Host = "";
        public ushort Port;
    }

    public sealed partial class PartitionData
    {
        public int PartitionIndex;
        public short ErrorCode;
        [Entity(EntityType.BrokerId)] public int LeaderId;
        public int LeaderEpoch;
    }
}
