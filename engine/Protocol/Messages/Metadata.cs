using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// Any client asks for the brokers and for the topics' partitions and leaders. No topic at all means every topic in
/// version 0; from 1 on null does. Topic ids work from 12 on.
/// </summary>
[Message(ApiKey.Metadata, MessageType.Request, Versions = "0-13", Flexible = "9+")]
public sealed partial class MetadataRequest
{
    [Nullable(1)] public MetadataRequestTopic[]? Topics = [];
    [Since(4)] public bool AllowAutoTopicCreation = true;
    [Since(8), Until(10)] public bool IncludeClusterAuthorizedOperations;
    [Since(8)] public bool IncludeTopicAuthorizedOperations;

    public sealed partial class MetadataRequestTopic
    {
        [Since(10), Ignorable] public Uuid TopicId;
        [Nullable(10), Entity(EntityType.TopicName)] public string? Name = "";
    }
}

/// <summary>
/// The cluster as clients see it: brokers, controller, and each topic's partitions. A top-level error from 13 on
/// (REBOOTSTRAP_REQUIRED).
/// </summary>
[Message(ApiKey.Metadata, MessageType.Response, Versions = "0-13", Flexible = "9+")]
public sealed partial class MetadataResponse
{
    [Since(3), Ignorable] public int ThrottleTimeMs;
    public MetadataResponseBroker[] Brokers = [];
    [Since(2), Nullable, Ignorable] public string? ClusterId = null;
    [Since(1), Ignorable, Entity(EntityType.BrokerId)] public int ControllerId = -1;
    public MetadataResponseTopic[] Topics = [];

    /// <summary>A bit for each ACL operation; int.MinValue where it was not asked for.</summary>
    [Since(8), Until(10)] public int ClusterAuthorizedOperations = int.MinValue;

    [Since(13), Ignorable] public short ErrorCode;

    public sealed partial class MetadataResponseBroker
    {
        [MapKey, Entity(EntityType.BrokerId)] public int NodeId;
        public string Host = "";
        public int Port;
        [Since(1), Nullable, Ignorable] public string? Rack = null;
    }

    public sealed partial class MetadataResponseTopic
    {
        public short ErrorCode;
        [Nullable(12), MapKey, Entity(EntityType.TopicName)] public string? Name = "";
        [Since(10), Ignorable] public Uuid TopicId;
        [Since(1), Ignorable] public bool IsInternal;
        public MetadataResponsePartition[] Partitions = [];

        /// <summary>A bit for each ACL operation; int.MinValue where it was not asked for.</summary>
        [Since(8)] public int TopicAuthorizedOperations = int.MinValue;
    }

    public sealed partial class MetadataResponsePartition
    {
        public short ErrorCode;
        public int PartitionIndex;
        [Entity(EntityType.BrokerId)] public int LeaderId;
        [Since(7), Ignorable] public int LeaderEpoch = -1;
        [Entity(EntityType.BrokerId)] public int[] ReplicaNodes = [];
        [Entity(EntityType.BrokerId)] public int[] IsrNodes = [];
        [Since(5), Ignorable, Entity(EntityType.BrokerId)] public int[] OfflineReplicas = [];
    }
}
