using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Joins, keeps alive and leaves a share group (KIP-932).</summary>
[Message(ApiKey.ShareGroupHeartbeat, MessageType.Request, Versions = "1", Flexible = "0+")]
public sealed partial class ShareGroupHeartbeatRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    public string MemberId = "";

    /// <summary>0 joins, -1 leaves.</summary>
    public int MemberEpoch;

    [Nullable] public string? RackId = null;
    [Nullable, Entity(EntityType.TopicName)] public string[]? SubscribedTopicNames = null;
}

/// <summary>The member's epoch, and an assignment where it changed.</summary>
[Message(ApiKey.ShareGroupHeartbeat, MessageType.Response, Versions = "1", Flexible = "0+")]
public sealed partial class ShareGroupHeartbeatResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = null;
    [Nullable] public string? MemberId = null;
    public int MemberEpoch;
    public int HeartbeatIntervalMs;
    [Nullable] public AssignmentData? Assignment = null;

    [KafkaName("Assignment")]
    public sealed partial class AssignmentData
    {
        public TopicPartitions[] TopicPartitions = [];
    }

    public sealed partial class TopicPartitions
    {
        public Uuid TopicId;
        public int[] Partitions = [];
    }
}
