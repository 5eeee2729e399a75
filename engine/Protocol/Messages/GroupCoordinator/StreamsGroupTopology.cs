namespace Millrace.Protocol.Messages;

/// <summary>Key of a streams group's topology.</summary>
[Message(MessageType.CoordinatorKey, 23, Versions = "0")]
public sealed partial class StreamsGroupTopologyKey
{
    public string GroupId = "";
}

/// <summary>A streams group's topology: subtopologies with their topics.</summary>
[Message(MessageType.CoordinatorValue, 23, Versions = "0", Flexible = "0+")]
public sealed partial class StreamsGroupTopologyValue
{
    public int Epoch;
    public Subtopology[] Subtopologies = [];

    public sealed partial class Subtopology
    {
        public string SubtopologyId = "";
        public string[] SourceTopics = [];
        public string[] SourceTopicRegex = [];
        public TopicInfo[] StateChangelogTopics = [];
        public string[] RepartitionSinkTopics = [];
        public TopicInfo[] RepartitionSourceTopics = [];
        public CopartitionGroup[] CopartitionGroups = [];
    }

    public sealed partial class TopicInfo
    {
        public string Name = "";
        public int Partitions;
        public short ReplicationFactor;
        public TopicConfig[] TopicConfigs = [];
    }

    public sealed partial class CopartitionGroup
    {
        public short[] SourceTopics = [];
        public short[] SourceTopicRegex = [];
        public short[] RepartitionSourceTopics = [];
    }

    public sealed partial class TopicConfig
    {
        public string Key = "";
        public string Value = "";
    }
}
