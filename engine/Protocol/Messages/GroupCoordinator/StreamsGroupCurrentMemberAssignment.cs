namespace Millrace.Protocol.Messages;

/// <summary>Key of what a streams group's member has.</summary>
[Message(MessageType.CoordinatorKey, 22, Versions = "0")]
public sealed partial class StreamsGroupCurrentMemberAssignmentKey
{
    public string GroupId = "";
    public string MemberId = "";
}

/// <summary>The tasks that a member of a streams group runs and has to give up, with its epochs.</summary>
[Message(MessageType.CoordinatorValue, 22, Versions = "0", Flexible = "0+")]
public sealed partial class StreamsGroupCurrentMemberAssignmentValue
{
    public int MemberEpoch;
    public int PreviousMemberEpoch;
    public sbyte State;
    public TaskIds[] ActiveTasks = [];
    public TaskIds[] StandbyTasks = [];
    public TaskIds[] WarmupTasks = [];
    public TaskIds[] ActiveTasksPendingRevocation = [];
    public TaskIds[] StandbyTasksPendingRevocation = [];
    public TaskIds[] WarmupTasksPendingRevocation = [];

    public sealed partial class TaskIds
    {
        public string SubtopologyId = "";
        public int[] Partitions = [];
        [Tag(0), Nullable] public int[]? AssignmentEpochs = [];
    }
}
