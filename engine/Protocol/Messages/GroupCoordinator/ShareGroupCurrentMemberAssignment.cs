using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Key of what a share group's member has.</summary>
[Message(MessageType.CoordinatorKey, 14, Versions = "0")]
public sealed partial class ShareGroupCurrentMemberAssignmentKey
{
    public string GroupId = "";
    public string MemberId = "";
}

/// <summary>The partitions that a member of a share group reads, with its epochs.</summary>
[Message(MessageType.CoordinatorValue, 14, Versions = "0", Flexible = "0+")]
public sealed partial class ShareGroupCurrentMemberAssignmentValue
{
    public int MemberEpoch;
    public int PreviousMemberEpoch;
    public sbyte State;
    public TopicPartitions[] AssignedPartitions = [];

    public sealed partial class TopicPartitions
    {
        public Uuid TopicId;
        public int[] Partitions = [];
    }
}
