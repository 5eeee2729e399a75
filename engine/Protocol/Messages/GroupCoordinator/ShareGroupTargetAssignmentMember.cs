using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Key of a member's part of a share group's target assignment.</summary>
[Message(MessageType.CoordinatorKey, 13, Versions = "0")]
public sealed partial class ShareGroupTargetAssignmentMemberKey
{
    public string GroupId = "";
    public string MemberId = "";
}

/// <summary>The partitions that a member of a share group shall read.</summary>
[Message(MessageType.CoordinatorValue, 13, Versions = "0", Flexible = "0+")]
public sealed partial class ShareGroupTargetAssignmentMemberValue
{
    public TopicPartition[] TopicPartitions = [];

    public sealed partial class TopicPartition
    {
        public Uuid TopicId;
        public int[] Partitions = [];
    }
}
