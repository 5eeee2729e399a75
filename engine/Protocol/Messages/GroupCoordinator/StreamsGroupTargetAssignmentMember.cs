namespace Millrace.Protocol.Messages;

/// <summary>Key of a member's part of a streams group's target assignment.</summary>
[Message(MessageType.CoordinatorKey, 21, Versions = "0")]
public sealed partial class StreamsGroupTargetAssignmentMemberKey
{
    public string GroupId = "";
    public string MemberId = "";
}

/// <summary>The tasks that a member of a streams group shall run.</summary>
[Message(MessageType.CoordinatorValue, 21, Versions = "0", Flexible = "0+")]
public sealed partial class StreamsGroupTargetAssignmentMemberValue
{
    public TaskIds[] ActiveTasks = [];
    public TaskIds[] StandbyTasks = [];
    public TaskIds[] WarmupTasks = [];

    public sealed partial class TaskIds
    {
        public string SubtopologyId = "";
        public int[] Partitions = [];
    }
}
