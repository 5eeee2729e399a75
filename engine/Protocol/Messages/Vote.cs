using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A candidate for leader of the metadata quorum asks a voter. Voters' directories from 1 on (KIP-853); in 2 a pre-
/// vote may come first (KIP-996).
/// </summary>
[Message(ApiKey.Vote, MessageType.Request, Versions = "0-2", Flexible = "0+")]
public sealed partial class VoteRequest
{
    [Nullable] public string? ClusterId = null;
    [Since(1), Ignorable, Entity(EntityType.BrokerId)] public int VoterId = -1;
    public TopicData[] Topics = [];

    public sealed partial class TopicData
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public PartitionData[] Partitions = [];
    }

    public sealed partial class PartitionData
    {
        public int PartitionIndex;
        public int ReplicaEpoch;
        [Entity(EntityType.BrokerId)] public int ReplicaId;
        [Since(1), Ignorable] public Uuid ReplicaDirectoryId;
        [Since(1), Ignorable] public Uuid VoterDirectoryId;
        public int LastOffsetEpoch;
        public long LastOffset;
        [Since(2)] public bool PreVote;
    }
}

/// <summary>The voter's answer, and the leader that it knows.</summary>
[Message(ApiKey.Vote, MessageType.Response, Versions = "0-2", Flexible = "0+")]
public sealed partial class VoteResponse
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
        public bool VoteGranted;
    }
}
