using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A quorum replica fetches a slice of a metadata snapshot that it needs in place of the log.</summary>
[Message(ApiKey.FetchSnapshot, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class FetchSnapshotRequest
{
    [Tag(0), Nullable] public string? ClusterId = null;
    [Entity(EntityType.BrokerId)] public int ReplicaId = -1;
    public int MaxBytes = int.MaxValue;
    public TopicSnapshot[] Topics = [];

    public sealed partial class TopicSnapshot
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public PartitionSnapshot[] Partitions = [];
    }

    public sealed partial class PartitionSnapshot
    {
        public int Partition;
        public int CurrentLeaderEpoch;
        public SnapshotId SnapshotId = new();
        public long Position;
        [Since(1), Tag(0), Ignorable] public Uuid ReplicaDirectoryId;
    }

    public sealed partial class SnapshotId
    {
        public long EndOffset;
        public int Epoch;
    }
}

/// <summary>The slice, as unaligned bytes, and the snapshot's size.</summary>
[Message(ApiKey.FetchSnapshot, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class FetchSnapshotResponse
{
    [Ignorable] public int ThrottleTimeMs;
    public short ErrorCode;
    public TopicSnapshot[] Topics = [];
    [Since(1), Tag(0)] public NodeEndpoint[] NodeEndpoints = [];

    public sealed partial class TopicSnapshot
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public PartitionSnapshot[] Partitions = [];
    }

    public sealed partial class NodeEndpoint
    {
        [MapKey, Entity(EntityType.BrokerId)] public int NodeId;
        public string Host = "";
        public ushort Port;
    }

    public sealed partial class PartitionSnapshot
    {
        public int Index;
        public short ErrorCode;
        public SnapshotId SnapshotId = new();
        [Tag(0)] public LeaderIdAndEpoch CurrentLeader = new();
        public long Size;
        public long Position;
        [Records] public byte[] UnalignedRecords = [];
    }

    public sealed partial class SnapshotId
    {
        public long EndOffset;
        public int Epoch;
    }

    public sealed partial class LeaderIdAndEpoch
    {
        [Entity(EntityType.BrokerId)] public int LeaderId;
        public int LeaderEpoch;
    }
}
