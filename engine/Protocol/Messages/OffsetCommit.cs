using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A group member (or an admin, with an empty member id) stores consumed offsets with the group's coordinator.
/// Retention time only in 2 to 4, leader epochs from 6, static members from 7, member epochs of the new protocol from
/// 9, topic ids from 10.
/// </summary>
[Message(ApiKey.OffsetCommit, MessageType.Request, Versions = "0-10", Flexible = "8+")]
public sealed partial class OffsetCommitRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";

    /// <summary>-1 where nobody is a member: an admin or a consumer that assigns itself.</summary>
    [Since(1), Ignorable] public int GenerationIdOrMemberEpoch = -1;

    [Since(1), Ignorable] public string MemberId = "";
    [Since(7), Nullable] public string? GroupInstanceId = null;
    [Since(2), Until(4), Ignorable] public long RetentionTimeMs = -1;
    public OffsetCommitRequestTopic[] Topics = [];

    public sealed partial class OffsetCommitRequestTopic
    {
        [Until(9), Ignorable, Entity(EntityType.TopicName)] public string Name = "";
        [Since(10), Ignorable] public Uuid TopicId;
        public OffsetCommitRequestPartition[] Partitions = [];
    }

    public sealed partial class OffsetCommitRequestPartition
    {
        public int PartitionIndex;
        public long CommittedOffset;
        [Since(6), Ignorable] public int CommittedLeaderEpoch = -1;
        [Since(1), Until(1)] public long CommitTimestamp = -1;
        [Nullable] public string? CommittedMetadata = "";
    }
}

/// <summary>The outcome for each partition committed.</summary>
[Message(ApiKey.OffsetCommit, MessageType.Response, Versions = "0-10", Flexible = "8+")]
public sealed partial class OffsetCommitResponse
{
    [Since(3), Ignorable] public int ThrottleTimeMs;
    public OffsetCommitResponseTopic[] Topics = [];

    public sealed partial class OffsetCommitResponseTopic
    {
        [Until(9), Ignorable, Entity(EntityType.TopicName)] public string Name = "";
        [Since(10), Ignorable] public Uuid TopicId;
        public OffsetCommitResponsePartition[] Partitions = [];
    }

    public sealed partial class OffsetCommitResponsePartition
    {
        public int PartitionIndex;
        public short ErrorCode;
    }
}
