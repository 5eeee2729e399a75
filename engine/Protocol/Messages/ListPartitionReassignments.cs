namespace Millrace.Protocol.Messages;

/// <summary>An admin lists reassignments under way; null topics ask for all.</summary>
[Message(ApiKey.ListPartitionReassignments, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class ListPartitionReassignmentsRequest
{
    public int TimeoutMs = 60000;
    [Nullable] public ListPartitionReassignmentsTopics[]? Topics = null;

    public sealed partial class ListPartitionReassignmentsTopics
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public int[] PartitionIndexes = [];
    }
}

/// <summary>Partitions under way, with the replicas that come and go.</summary>
[Message(ApiKey.ListPartitionReassignments, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class ListPartitionReassignmentsResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = "";
    public OngoingTopicReassignment[] Topics = [];

    public sealed partial class OngoingTopicReassignment
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public OngoingPartitionReassignment[] Partitions = [];
    }

    public sealed partial class OngoingPartitionReassignment
    {
        public int PartitionIndex;
        [Entity(EntityType.BrokerId)] public int[] Replicas = [];
        [Entity(EntityType.BrokerId)] public int[] AddingReplicas = [];
        [Entity(EntityType.BrokerId)] public int[] RemovingReplicas = [];
    }
}
