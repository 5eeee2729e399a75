using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A producer commits consumed offsets within its transaction, at the group's coordinator. Members are checked from 3
/// on, the partition is added implicitly from 5, topic ids from 6.
/// </summary>
[Message(ApiKey.TxnOffsetCommit, MessageType.Request, Versions = "0-6", Flexible = "3+")]
public sealed partial class TxnOffsetCommitRequest
{
    [Entity(EntityType.TransactionalId)] public string TransactionalId = "";
    [Entity(EntityType.GroupId)] public string GroupId = "";
    [Entity(EntityType.ProducerId)] public long ProducerId;
    public short ProducerEpoch;
    [Since(3)] public int GenerationIdOrMemberEpoch = -1;
    [Since(3)] public string MemberId = "";
    [Since(3), Nullable] public string? GroupInstanceId = null;
    public TxnOffsetCommitRequestTopic[] Topics = [];

    public sealed partial class TxnOffsetCommitRequestTopic
    {
        [Until(5), Ignorable, Entity(EntityType.TopicName)] public string Name = "";
        [Since(6), Ignorable] public Uuid TopicId;
        public TxnOffsetCommitRequestPartition[] Partitions = [];
    }

    public sealed partial class TxnOffsetCommitRequestPartition
    {
        public int PartitionIndex;
        public long CommittedOffset;
        [Since(2), Ignorable] public int CommittedLeaderEpoch = -1;
        [Nullable] public string? CommittedMetadata = "";
    }
}

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.TxnOffsetCommit, MessageType.Response, Versions = "0-6", Flexible = "3+")]
public sealed partial class TxnOffsetCommitResponse
{
    public int ThrottleTimeMs;
    public TxnOffsetCommitResponseTopic[] Topics = [];

    public sealed partial class TxnOffsetCommitResponseTopic
    {
        [Until(5), Ignorable, Entity(EntityType.TopicName)] public string Name = "";
        [Since(6), Ignorable] public Uuid TopicId;
        public TxnOffsetCommitResponsePartition[] Partitions = [];
    }

    public sealed partial class TxnOffsetCommitResponsePartition
    {
        public int PartitionIndex;
        public short ErrorCode;
    }
}
