namespace Millrace.Protocol.Messages;

/// <summary>An admin moves the log start of partitions up; asked of their leaders.</summary>
[Message(ApiKey.DeleteRecords, MessageType.Request, Versions = "0-2", Flexible = "2+")]
public sealed partial class DeleteRecordsRequest
{
    public DeleteRecordsTopic[] Topics = [];
    public int TimeoutMs;

    public sealed partial class DeleteRecordsTopic
    {
        [Entity(EntityType.TopicName)] public string Name = "";
        public DeleteRecordsPartition[] Partitions = [];
    }

    public sealed partial class DeleteRecordsPartition
    {
        public int PartitionIndex;
        public long Offset;
    }
}

/// <summary>The new log start of each partition.</summary>
[Message(ApiKey.DeleteRecords, MessageType.Response, Versions = "0-2", Flexible = "2+")]
public sealed partial class DeleteRecordsResponse
{
    public int ThrottleTimeMs;
    public DeleteRecordsTopicResult[] Topics = [];

    public sealed partial class DeleteRecordsTopicResult
    {
        [MapKey, Entity(EntityType.TopicName)] public string Name = "";
        public DeleteRecordsPartitionResult[] Partitions = [];
    }

    public sealed partial class DeleteRecordsPartitionResult
    {
        [MapKey] public int PartitionIndex;
        public long LowWatermark;
        public short ErrorCode;
    }
}
