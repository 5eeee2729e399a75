using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A voter tells the quorum leader its endpoints and the kraft.version that it can do.</summary>
[Message(ApiKey.UpdateRaftVoter, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class UpdateRaftVoterRequest
{
    [Nullable] public string? ClusterId = "";
    public int CurrentLeaderEpoch;
    public int VoterId;
    public Uuid VoterDirectoryId;
    public Listener[] Listeners = [];
    public KRaftVersionFeatureData KRaftVersionFeature = new();

    public sealed partial class Listener
    {
        [MapKey] public string Name = "";
        public string Host = "";
        public ushort Port;
    }

    [KafkaName("KRaftVersionFeature")]
    public sealed partial class KRaftVersionFeatureData
    {
        public short MinSupportedVersion;
        public short MaxSupportedVersion;
    }
}

/// <summary>The outcome, with the leader as known.</summary>
[Message(ApiKey.UpdateRaftVoter, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class UpdateRaftVoterResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Tag(0)] public CurrentLeaderData CurrentLeader = new();

    [KafkaName("CurrentLeader")]
    public sealed partial class CurrentLeaderData
    {
        [Entity(EntityType.BrokerId)] public int LeaderId = -1;
        public int LeaderEpoch = -1;
        public string Host = "";
        public int Port;
    }
}
