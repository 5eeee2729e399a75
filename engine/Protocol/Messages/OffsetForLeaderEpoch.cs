namespace Millrace.Protocol.Messages;

/// <summary>
/// Followers and consumers ask a leader where an epoch ends in its log, to find out whether theirs diverged.
/// </summary>
[Message(ApiKey.OffsetForLeaderEpoch, MessageType.Request, Versions = "0-4", Flexible = "4+")]
public sealed partial class OffsetForLeaderEpochRequest
{
    /// <summary>-2 reads past the high watermark without being a replica.</summary>
    [Since(3), Ignorable, Entity(EntityType.BrokerId)] public int ReplicaId = -2;

    public OffsetForLeaderTopic[] Topics = [];

    public sealed partial class OffsetForLeaderTopic
    {
        [MapKey, Entity(EntityType.TopicName)] public string Topic = "";
        public OffsetForLeaderPartition[] Partitions = [];
    }

    public sealed partial class OffsetForLeaderPartition
    {
        public int Partition;
        [Since(2), Ignorable] public int CurrentLeaderEpoch = -1;
        public int LeaderEpoch;
    }
}

/// <summary>The end offset of the largest epoch not above the one asked for.</summary>
[Message(ApiKey.OffsetForLeaderEpoch, MessageType.Response, Versions = "0-4", Flexible = "4+")]
public sealed partial class OffsetForLeaderEpochResponse
{
    [Since(2), Ignorable] public int ThrottleTimeMs;
    public OffsetForLeaderTopicResult[] Topics = [];

    public sealed partial class OffsetForLeaderTopicResult
    {
        [MapKey, Entity(EntityType.TopicName)] public string Topic = "";
        public EpochEndOffset[] Partitions = [];
    }

    public sealed partial class EpochEndOffset
    {
        public short ErrorCode;
        public int Partition;
        [Since(1), Ignorable] public int LeaderEpoch = -1;
        public long EndOffset = -1;
    }
}
