using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// Asks a group's coordinator for committed offsets; null topics mean all of them, from 2 on. Several groups in one
/// request from 8, member epochs from 9, topic ids from 10.
/// </summary>
[Message(ApiKey.OffsetFetch, MessageType.Request, Versions = "0-10", Flexible = "6+")]
public sealed partial class OffsetFetchRequest
{
    [Until(7), Entity(EntityType.GroupId)] public string GroupId = "";
    [Until(7), Nullable(2)] public OffsetFetchRequestTopic[]? Topics = [];
    [Since(8)] public OffsetFetchRequestGroup[] Groups = [];
    [Since(7)] public bool RequireStable;

    public sealed partial class OffsetFetchRequestTopic
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public int[] PartitionIndexes = [];
    }

    public sealed partial class OffsetFetchRequestGroup
    {
        [Entity(EntityType.GroupId)] public string GroupId = "";
        [Since(9), Nullable, Ignorable] public string? MemberId = null;
        [Since(9), Ignorable] public int MemberEpoch = -1;
        [Nullable] public OffsetFetchRequestTopics[]? Topics = [];
    }

    public sealed partial class OffsetFetchRequestTopics
    {
        [Until(9), Ignorable, Entity(EntityType.TopicName)] public string Name = "";
        [Since(10), Ignorable] public Uuid TopicId;
        public int[] PartitionIndexes = [];
    }
}

/// <summary>Committed offsets: of one group up to 7, of each group asked for from 8 on.</summary>
[Message(ApiKey.OffsetFetch, MessageType.Response, Versions = "0-10", Flexible = "6+")]
public sealed partial class OffsetFetchResponse
{
    [Since(3), Ignorable] public int ThrottleTimeMs;
    [Until(7)] public OffsetFetchResponseTopic[] Topics = [];
    [Since(2), Until(7), Ignorable] public short ErrorCode;
    [Since(8)] public OffsetFetchResponseGroup[] Groups = [];

    public sealed partial class OffsetFetchResponseTopic
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public OffsetFetchResponsePartition[] Partitions = [];
    }

    public sealed partial class OffsetFetchResponseGroup
    {
        [Entity(EntityType.GroupId)] public string GroupId = "";
        public OffsetFetchResponseTopics[] Topics = [];
        public short ErrorCode;
    }

    public sealed partial class OffsetFetchResponsePartition
    {
        public int PartitionIndex;
        public long CommittedOffset;
        [Since(5), Ignorable] public int CommittedLeaderEpoch = -1;
        [Nullable] public string? Metadata = "";
        public short ErrorCode;
    }

    public sealed partial class OffsetFetchResponseTopics
    {
        [Until(9), Ignorable, Entity(EntityType.TopicName)] public string Name = "";
        [Since(10), Ignorable] public Uuid TopicId;
        public OffsetFetchResponsePartitions[] Partitions = [];
    }

    public sealed partial class OffsetFetchResponsePartitions
    {
        public int PartitionIndex;
        public long CommittedOffset;
        [Ignorable] public int CommittedLeaderEpoch = -1;
        [Nullable] public string? Metadata = "";
        public short ErrorCode;
    }
}
