using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>An admin looks at share groups.</summary>
[Message(ApiKey.ShareGroupDescribe, MessageType.Request, Versions = "1", Flexible = "0+")]
public sealed partial class ShareGroupDescribeRequest
{
    [Entity(EntityType.GroupId)] public string[] GroupIds = [];
    public bool IncludeAuthorizedOperations;
}

/// <summary>State, epochs and members of each group.</summary>
[Message(ApiKey.ShareGroupDescribe, MessageType.Response, Versions = "1", Flexible = "0+")]
public sealed partial class ShareGroupDescribeResponse
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
        [Nullable] public string? RackId = null;
        public int MemberEpoch;
        public string ClientId = "";
        public string ClientHost = "";
        [Entity(EntityType.TopicName)] public string[] SubscribedTopicNames = [];
        public Assignment Assignment = new();
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
