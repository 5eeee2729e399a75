using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A share-partition leader persists what changed in its state. 1 counts finished deliveries (KIP-1226).
/// </summary>
[Message(ApiKey.WriteShareGroupState, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class WriteShareGroupStateRequest
{
    public string GroupId = "";
    public WriteStateData[] Topics = [];

    public sealed partial class WriteStateData
    {
        public Uuid TopicId;
        public PartitionData[] Partitions = [];
    }

    public sealed partial class PartitionData
    {
        public int Partition;
        public int StateEpoch;
        public int LeaderEpoch;
        public long StartOffset;
        [Since(1), Ignorable] public int DeliveryCompleteCount = -1;
        public StateBatch[] StateBatches = [];
    }

    public sealed partial class StateBatch
    {
        public long FirstOffset;
        public long LastOffset;
        public sbyte DeliveryState;
        public short DeliveryCount;
    }
}

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.WriteShareGroupState, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class WriteShareGroupStateResponse
{
    public WriteStateResult[] Results = [];

    public sealed partial class WriteStateResult
    {
        public Uuid TopicId;
        public PartitionResult[] Partitions = [];
    }

    public sealed partial class PartitionResult
    {
        public int Partition;
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = null;
    }
}
