using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Key of what a consumer group's member has.</summary>
[Message(MessageType.CoordinatorKey, 8, Versions = "0")]
public sealed partial class ConsumerGroupCurrentMemberAssignmentKey
{
    public string GroupId = "";
    public string MemberId = "";
}

/// <summary>The partitions that a member of a consumer group has and has to give up, with its epochs.</summary>
[Message(MessageType.CoordinatorValue, 8, Versions = "0", Flexible = "0+")]
public sealed partial class ConsumerGroupCurrentMemberAssignmentValue
{
    public int MemberEpoch;
    public int PreviousMemberEpoch;
    public sbyte State;
    public TopicPartitions[] AssignedPartitions = [];
    public TopicPartitions[] PartitionsPendingRevocation = [];

    public sealed partial class TopicPartitions
    {
        public Uuid TopicId;
        public int[] Partitions = [];
        [Tag(0), Nullable] public int[]? AssignmentEpochs = [];
    }
}
