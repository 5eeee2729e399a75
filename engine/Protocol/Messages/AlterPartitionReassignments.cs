namespace Millrace.Protocol.Messages;

/// <summary>
/// An admin moves partitions to other brokers, or with null replicas cancels that (KIP-455). 1 can forbid a change of
/// the replication factor.
/// </summary>
[Message(ApiKey.AlterPartitionReassignments, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class AlterPartitionReassignmentsRequest
{
    public int TimeoutMs = 60000;
    [Since(1)] public bool AllowReplicationFactorChange = true;
    public ReassignableTopic[] Topics = [];

    public sealed partial class ReassignableTopic
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public ReassignablePartition[] Partitions = [];
    }

    public sealed partial class ReassignablePartition
    {
        public int PartitionIndex;
        [Nullable, Entity(EntityType.BrokerId)] public int[]? Replicas = null;
    }
}

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.AlterPartitionReassignments, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class AlterPartitionReassignmentsResponse
{
    public int ThrottleTimeMs;
    [Since(1), Ignorable] public bool AllowReplicationFactorChange = true;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = "";
    public ReassignableTopicResponse[] Responses = [];

    public sealed partial class ReassignableTopicResponse
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public ReassignablePartitionResponse[] Partitions = [];
    }

    public sealed partial class ReassignablePartitionResponse
    {
        public int PartitionIndex;
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
    }
}
