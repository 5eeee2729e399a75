using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A group coordinator reads the start offsets of share partitions, without the batches.</summary>
[Message(ApiKey.ReadShareGroupStateSummary, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class ReadShareGroupStateSummaryRequest
{
    public string GroupId = "";
    public ReadStateSummaryData[] Topics = [];

    public sealed partial class ReadStateSummaryData
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

/// <summary>A summary for each partition; 1 counts finished deliveries (KIP-1226).</summary>
[Message(ApiKey.ReadShareGroupStateSummary, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class ReadShareGroupStateSummaryResponse
{
    public ReadStateSummaryResult[] Results = [];

    public sealed partial class ReadStateSummaryResult
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
        public int LeaderEpoch;
        public long StartOffset;
        [Since(1), Ignorable] public int DeliveryCompleteCount = -1;
    }
}
