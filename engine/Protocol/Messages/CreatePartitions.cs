namespace Millrace.Protocol.Messages;

/// <summary>An admin adds partitions to topics, through the controller.</summary>
[Message(ApiKey.CreatePartitions, MessageType.Request, Versions = "0-3", Flexible = "2+")]
public sealed partial class CreatePartitionsRequest
{
    public CreatePartitionsTopic[] Topics = [];
    public int TimeoutMs;
    public bool ValidateOnly;

    public sealed partial class CreatePartitionsTopic
    {
        [MapKey, Entity(EntityType.TopicName)] public string Name = "";
        public int Count;
        [Nullable] public CreatePartitionsAssignment[]? Assignments = [];
    }

    public sealed partial class CreatePartitionsAssignment
    {
        [Entity(EntityType.BrokerId)] public int[] BrokerIds = [];
    }
}

/// <summary>The outcome for each topic.</summary>
[Message(ApiKey.CreatePartitions, MessageType.Response, Versions = "0-3", Flexible = "2+")]
public sealed partial class CreatePartitionsResponse
{
    public int ThrottleTimeMs;
    public CreatePartitionsTopicResult[] Results = [];

    public sealed partial class CreatePartitionsTopicResult
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = null;
    }
}
