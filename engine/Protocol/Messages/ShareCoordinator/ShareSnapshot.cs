using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Key of a share partition's whole state in __share_group_state.</summary>
[Message(MessageType.CoordinatorKey, 0, Log = RecordLog.ShareGroupState, Versions = "0")]
public sealed partial class ShareSnapshotKey
{
    public string GroupId = "";
    public Uuid TopicId;
    public int Partition;
}

/// <summary>The whole state of a share partition.</summary>
[Message(MessageType.CoordinatorValue, 0, Log = RecordLog.ShareGroupState, Versions = "0", Flexible = "0+")]
public sealed partial class ShareSnapshotValue
{
    public int SnapshotEpoch;
    public int StateEpoch;
    public int LeaderEpoch;
    public long StartOffset;
    [Tag(0)] public int DeliveryCompleteCount = -1;
    public long CreateTimestamp;
    public long WriteTimestamp;
    public StateBatch[] StateBatches = [];

    public sealed partial class StateBatch
    {
        public long FirstOffset;
        public long LastOffset;
        public sbyte DeliveryState;
        public short DeliveryCount;
    }
}
