namespace Millrace.Protocol.Messages;

/// <summary>An admin looks at streams groups. 1 can ask for the topology's description (KIP-1331).</summary>
[Message(ApiKey.StreamsGroupDescribe, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class StreamsGroupDescribeRequest
{
    [Entity(EntityType.GroupId)] public string[] GroupIds = [];
    public bool IncludeAuthorizedOperations;
    [Since(1)] public bool IncludeTopologyDescription;
}

/// <summary>State, topology, epochs and members of each group.</summary>
[Message(ApiKey.StreamsGroupDescribe, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class StreamsGroupDescribeResponse
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
        [Nullable] public Topology? Topology = null;
        public Member[] Members = [];
        public int AuthorizedOperations = int.MinValue;
        [Since(1), Nullable] public TopologyDescription? TopologyDescription = null;
        [Since(1)] public sbyte TopologyDescriptionStatus;
        [Since(1), Nullable, Ignorable] public string? AssignorName = null;
    }

    public sealed partial class Topology
    {
        public int Epoch;
        [Nullable] public Subtopology[]? Subtopologies = null;
    }

    public sealed partial class Member
    {
        public string MemberId = "";
        public int MemberEpoch;
        [Nullable] public string? InstanceId = null;
        [Nullable] public string? RackId = null;
        public string ClientId = "";
        public string ClientHost = "";
        public int TopologyEpoch;
        public string ProcessId = "";
        [Nullable] public Endpoint? UserEndpoint = null;
        public KeyValue[] ClientTags = [];
        public TaskOffset[] TaskOffsets = [];
        public TaskOffset[] TaskEndOffsets = [];
        public Assignment Assignment = new();
        public Assignment TargetAssignment = new();
        public bool IsClassic;
    }

    public sealed partial class TopologyDescription
    {
        public TopologyDescriptionSubtopology[] Subtopologies = [];
        public TopologyDescriptionGlobalStore[] GlobalStores = [];
    }

    public sealed partial class Subtopology
    {
        public string SubtopologyId = "";
        [Entity(EntityType.TopicName)] public string[] SourceTopics = [];
        [Entity(EntityType.TopicName)] public string[] RepartitionSinkTopics = [];
        public TopicInfo[] StateChangelogTopics = [];
        public TopicInfo[] RepartitionSourceTopics = [];
    }

    public sealed partial class TopicInfo
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public int Partitions;
        public short ReplicationFactor;
        public KeyValue[] TopicConfigs = [];
    }

    public sealed partial class KeyValue
    {
        public string Key = "";
        public string Value = "";
    }

    public sealed partial class Endpoint
    {
        public string Host = "";
        public ushort Port;
    }

    public sealed partial class TaskOffset
    {
        public string SubtopologyId = "";
        public int Partition;
        public long Offset;
    }

    public sealed partial class Assignment
    {
        public TaskIds[] ActiveTasks = [];
        public TaskIds[] StandbyTasks = [];
        public TaskIds[] WarmupTasks = [];
    }

    public sealed partial class TaskIds
    {
        public string SubtopologyId = "";
        public int[] Partitions = [];
    }

    public sealed partial class TopologyDescriptionSubtopology
    {
        public string SubtopologyId = "";
        public TopologyDescriptionNode[] Nodes = [];
    }

    public sealed partial class TopologyDescriptionGlobalStore
    {
        public TopologyDescriptionNode Source = new();
        public TopologyDescriptionNode Processor = new();
    }

    public sealed partial class TopologyDescriptionNode
    {
        public string Name = "";
        public sbyte NodeType;
        [Entity(EntityType.TopicName)] public string[] SourceTopics = [];
        [Nullable, Entity(EntityType.TopicName)] public string? SinkTopic = null;
        public string[] Stores = [];
        public string[] Successors = [];
    }
}
