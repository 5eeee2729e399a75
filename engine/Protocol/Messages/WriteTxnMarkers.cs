namespace Millrace.Protocol.Messages;

/// <summary>
/// A transaction coordinator has partition leaders write the markers that end a transaction. 2 carries the
/// transaction protocol's version (KIP-1228).
/// </summary>
[Message(ApiKey.WriteTxnMarkers, MessageType.Request, Versions = "0-2", Flexible = "1+")]
public sealed partial class WriteTxnMarkersRequest
{
    public WritableTxnMarker[] Markers = [];

    public sealed partial class WritableTxnMarker
    {
        [Entity(EntityType.ProducerId)] public long ProducerId;
        public short ProducerEpoch;
        public bool TransactionResult;
        public WritableTxnMarkerTopic[] Topics = [];
        public int CoordinatorEpoch;
        [Since(2), Ignorable] public sbyte TransactionVersion;
    }

    public sealed partial class WritableTxnMarkerTopic
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public int[] PartitionIndexes = [];
    }
}

/// <summary>What became of the markers, by producer and partition.</summary>
[Message(ApiKey.WriteTxnMarkers, MessageType.Response, Versions = "0-2", Flexible = "1+")]
public sealed partial class WriteTxnMarkersResponse
{
    public WritableTxnMarkerResult[] Markers = [];

    public sealed partial class WritableTxnMarkerResult
    {
        [Entity(EntityType.ProducerId)] public long ProducerId;
        public WritableTxnMarkerTopicResult[] Topics = [];
    }

    public sealed partial class WritableTxnMarkerTopicResult
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public WritableTxnMarkerPartitionResult[] Partitions = [];
    }

    public sealed partial class WritableTxnMarkerPartitionResult
    {
        public int PartitionIndex;
        public short ErrorCode;
    }
}
