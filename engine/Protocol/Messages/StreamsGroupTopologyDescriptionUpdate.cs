namespace Millrace.Protocol.Messages;

/// <summary>A streams member uploads its topology's description when asked to (KIP-1331).</summary>
[Message(ApiKey.StreamsGroupTopologyDescriptionUpdate, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class StreamsGroupTopologyDescriptionUpdateRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    public string MemberId = "";
    public int TopologyEpoch;
    public TopologyDescriptionData TopologyDescription = new();

    [KafkaName("TopologyDescription")]
    public sealed partial class TopologyDescriptionData
    {
        public TopologyDescriptionSubtopology[] Subtopologies = [];
        public TopologyDescriptionGlobalStore[] GlobalStores = [];
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

/// <summary>The outcome.</summary>
[Message(ApiKey.StreamsGroupTopologyDescriptionUpdate, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class StreamsGroupTopologyDescriptionUpdateResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = null;
}
