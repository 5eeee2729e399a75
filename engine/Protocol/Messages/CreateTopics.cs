using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// An admin creates topics, through the controller. Broker defaults for partitions and replicas from 4 on (-1,
/// KIP-464).
/// </summary>
[Message(ApiKey.CreateTopics, MessageType.Request, Versions = "0-7", Flexible = "5+")]
public sealed partial class CreateTopicsRequest
{
    public CreatableTopic[] Topics = [];
    public int TimeoutMs = 60000;
    [Since(1)] public bool ValidateOnly;

    public sealed partial class CreatableTopic
    {
        [MapKey, Entity(EntityType.TopicName)] public string Name = "";
        public int NumPartitions;
        public short ReplicationFactor;
        public CreatableReplicaAssignment[] Assignments = [];
        public CreatableTopicConfig[] Configs = [];
    }

    public sealed partial class CreatableReplicaAssignment
    {
        [MapKey] public int PartitionIndex;
        [Entity(EntityType.BrokerId)] public int[] BrokerIds = [];
    }

    public sealed partial class CreatableTopicConfig
    {
        [MapKey] public string Name = "";
        [Nullable] public string? Value = "";
    }
}

/// <summary>What became of each topic, with its configs from 5 on and its id in 7.</summary>
[Message(ApiKey.CreateTopics, MessageType.Response, Versions = "0-7", Flexible = "5+")]
public sealed partial class CreateTopicsResponse
{
    [Since(2), Ignorable] public int ThrottleTimeMs;
    public CreatableTopicResult[] Topics = [];

    public sealed partial class CreatableTopicResult
    {
        [MapKey, Entity(EntityType.TopicName)] public string Name = "";
        [Since(7), Ignorable] public Uuid TopicId;
        public short ErrorCode;
        [Since(1), Nullable, Ignorable] public string? ErrorMessage = "";
        [Since(5), Tag(0), Ignorable] public short TopicConfigErrorCode;
        [Since(5), Ignorable] public int NumPartitions = -1;
        [Since(5), Ignorable] public short ReplicationFactor = -1;
        [Since(5), Nullable, Ignorable] public CreatableTopicConfigs[]? Configs = [];
    }

    public sealed partial class CreatableTopicConfigs
    {
        public string Name = "";
        [Nullable] public string? Value = "";
        public bool ReadOnly;
        [Ignorable] public sbyte ConfigSource = -1;
        public bool IsSensitive;
    }
}
