using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Key of a member's part of a consumer group's target assignment.</summary>
[Message(MessageType.CoordinatorKey, 7, Versions = "0")]
public sealed partial class ConsumerGroupTargetAssignmentMemberKey
{
    public string GroupId = "";
    public string MemberId = "";
}

/// <summary>The partitions that a member of a consumer group shall have.</summary>
[Message(MessageType.CoordinatorValue, 7, Versions = "0", Flexible = "0+")]
public sealed partial class ConsumerGroupTargetAssignmentMemberValue
{
    public TopicPartition[] TopicPartitions = [];

    public sealed partial class TopicPartition
    {
        public Uuid TopicId;
        public int[] Partitions = [];
    }
}
