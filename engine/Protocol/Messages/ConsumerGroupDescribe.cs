using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>An admin looks at groups of the new consumer protocol.</summary>
[Message(ApiKey.ConsumerGroupDescribe, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class ConsumerGroupDescribeRequest
{
    [Entity(EntityType.GroupId)] public string[] GroupIds = [];
    public bool IncludeAuthorizedOperations;
}

/// <summary>State, epochs and members of each group.</summary>
[Message(ApiKey.ConsumerGroupDescribe, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class ConsumerGroupDescribeResponse
{
    public int ThrottleTimeMs;
    public DescribedGroup[] Groups = [];

    public sealed partial class DescribedGroup
    {
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = null;
        [Entity(EntityType.GroupId)] public string GroupId = "";
        public string GroupState = "";
        public int GroupEpoch;
        public int AssignmentEpoch;
        public string AssignorName = "";
        public Member[] Members = [];
        public int AuthorizedOperations = int.MinValue;
    }

    public sealed partial class Member
    {
        public string MemberId = "";
        [Nullable] public string? InstanceId = null;
        [Nullable] public string? RackId = null;
        public int MemberEpoch;
        public string ClientId = "";
        public string ClientHost = "";
        [Entity(EntityType.TopicName)] public string[] SubscribedTopicNames = [];
        [Nullable] public string? SubscribedTopicRegex = null;
        public Assignment Assignment = new();
        public Assignment TargetAssignment = new();
        [Since(1), Ignorable] public sbyte MemberType = -1;
    }

    public sealed partial class Assignment
    {
        public TopicPartitions[] TopicPartitions = [];
    }

    public sealed partial class TopicPartitions
    {
        public Uuid TopicId;
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public int[] Partitions = [];
    }
}
