using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A share-partition leader reads its state back.</summary>
[Message(ApiKey.ReadShareGroupState, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class ReadShareGroupStateRequest
{
    public string GroupId = "";
    public ReadStateData[] Topics = [];

    public sealed partial class ReadStateData
    {
        public Uuid TopicId;
        public PartitionData[] Partitions = [];
    }

    public sealed partial class PartitionData
    {
        public int Partition;
        public int LeaderEpoch;
    }
}

/// <summary>The state of each partition: start offset and batches.</summary>
[Message(ApiKey.ReadShareGroupState, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class ReadShareGroupStateResponse
{
    public ReadStateResult[] Results = [];

    public sealed partial class ReadStateResult
    {
        public Uuid TopicId;
        public PartitionResult[] Partitions = [];
    }

    public sealed partial class PartitionResult
    {
        public int Partition;
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = null;
        public int StateEpoch;
        public long StartOffset;
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
