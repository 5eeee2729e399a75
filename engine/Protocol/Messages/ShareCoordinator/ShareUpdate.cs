using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Key of a change to a share partition's state in __share_group_state.</summary>
[Message(MessageType.CoordinatorKey, 1, Log = RecordLog.ShareGroupState, Versions = "0")]
public sealed partial class ShareUpdateKey
{
    public string GroupId = "";
    public Uuid TopicId;
    public int Partition;
}

/// <summary>What changed in a share partition's state since its snapshot.</summary>
[Message(MessageType.CoordinatorValue, 1, Log = RecordLog.ShareGroupState, Versions = "0", Flexible = "0+")]
public sealed partial class ShareUpdateValue
{
    public int SnapshotEpoch;
    public int LeaderEpoch;
    public long StartOffset;
    [Tag(0)] public int DeliveryCompleteCount = -1;
    public StateBatch[] StateBatches = [];

    public sealed partial class StateBatch
    {
        public long FirstOffset;
        public long LastOffset;
        public sbyte DeliveryState;
        public short DeliveryCount;
    }
}
