using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// The one request of the new consumer protocol (KIP-848): joins, keeps alive, reports and leaves. Null stands for
/// "as before". Regex subscriptions and ids made by the client from 1 on.
/// </summary>
[Message(ApiKey.ConsumerGroupHeartbeat, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class ConsumerGroupHeartbeatRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    public string MemberId = "";

    /// <summary>0 joins, -1 leaves, -2 leaves as a static member that will come back.</summary>
    public int MemberEpoch;

    [Nullable] public string? InstanceId = null;
    [Nullable] public string? RackId = null;
    public int RebalanceTimeoutMs = -1;
    [Nullable, Entity(EntityType.TopicName)] public string[]? SubscribedTopicNames = null;
    [Since(1), Nullable] public string? SubscribedTopicRegex = null;
    [Nullable] public string? ServerAssignor = null;
    [Nullable] public TopicPartitionsData[]? TopicPartitions = null;

    [KafkaName("TopicPartitions")]
    public sealed partial class TopicPartitionsData
    {
        public Uuid TopicId;
        public int[] Partitions = [];
    }
}

/// <summary>The member's epoch, and an assignment where it changed.</summary>
[Message(ApiKey.ConsumerGroupHeartbeat, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class ConsumerGroupHeartbeatResponse
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
