namespace Millrace.Protocol.Messages;

/// <summary>
/// Looks offsets up by timestamp, or by one of the negative timestamps that stand for the log's ends. Version 0 asks
/// for several offsets before the time; the waiting time of 10 is for lookups in tiered storage.
/// </summary>
[Message(ApiKey.ListOffsets, MessageType.Request, Versions = "0-11", Flexible = "6+")]
public sealed partial class ListOffsetsRequest
{
    /// <summary>-1 for a consumer, -2 for a debugging one.</summary>
    [Entity(EntityType.BrokerId)] public int ReplicaId;

    [Since(2)] public sbyte IsolationLevel;
    public ListOffsetsTopic[] Topics = [];
    [Since(10), Ignorable] public int TimeoutMs;

    public sealed partial class ListOffsetsTopic
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public ListOffsetsPartition[] Partitions = [];
    }

    public sealed partial class ListOffsetsPartition
    {
        public int PartitionIndex;
        [Since(4), Ignorable] public int CurrentLeaderEpoch = -1;

        /// <summary>
        /// In ms, or -1 latest, -2 earliest, -3 of the largest timestamp, -4 earliest local, -5 latest tiered, -6
        /// earliest not yet uploaded.
        /// </summary>
        public long Timestamp;

        [Until(0)] public int MaxNumOffsets = 1;
    }
}

/// <summary>
/// The offset found for each partition: a list of them in version 0, one with its timestamp from 1 on.
/// </summary>
[Message(ApiKey.ListOffsets, MessageType.Response, Versions = "0-11", Flexible = "6+")]
public sealed partial class ListOffsetsResponse
{
    [Since(2), Ignorable] public int ThrottleTimeMs;
    public ListOffsetsTopicResponse[] Topics = [];

    public sealed partial class ListOffsetsTopicResponse
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public ListOffsetsPartitionResponse[] Partitions = [];
    }

    public sealed partial class ListOffsetsPartitionResponse
    {
        public int PartitionIndex;
        public short ErrorCode;
        [Until(0)] public long[] OldStyleOffsets = [];
        [Since(1)] public long Timestamp = -1;
        [Since(1)] public long Offset = -1;
        [Since(4)] public int LeaderEpoch = -1;
    }
}
