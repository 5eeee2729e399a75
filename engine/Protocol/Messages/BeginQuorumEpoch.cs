using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A new quorum leader makes itself known to voters.</summary>
[Message(ApiKey.BeginQuorumEpoch, MessageType.Request, Versions = "0-1", Flexible = "1+")]
public sealed partial class BeginQuorumEpochRequest
{
    [Nullable] public string? ClusterId = null;
    [Since(1), Ignorable, Entity(EntityType.BrokerId)] public int VoterId = -1;
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
        [Since(1), Ignorable] public Uuid VoterDirectoryId;
        [Entity(EntityType.BrokerId)] public int LeaderId;
        public int LeaderEpoch;
    }
}

/// <summary>The voter's acknowledgement, or the leader that it knows.</summary>
[Message(ApiKey.BeginQuorumEpoch, MessageType.Response, Versions = "0-1", Flexible = "1+")]
public sealed partial class BeginQuorumEpochResponse
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
