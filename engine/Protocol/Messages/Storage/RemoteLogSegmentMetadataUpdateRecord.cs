using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A remote segment's state changes.</summary>
[Message(MessageType.Metadata, 1, Log = RecordLog.RemoteLogMetadata, Versions = "0", Flexible = "0+")]
public sealed partial class RemoteLogSegmentMetadataUpdateRecord
{
    public RemoteLogSegmentIdEntry RemoteLogSegmentId = new();
    public int BrokerId;
    public long EventTimestampMs;
    [Nullable] public byte[]? CustomMetadata = null;
    public sbyte RemoteLogSegmentState;

    public sealed partial class RemoteLogSegmentIdEntry
    {
        public TopicIdPartitionEntry TopicIdPartition = new();
        public Uuid Id;
    }

    public sealed partial class TopicIdPartitionEntry
    {
        public string Name = "";
        public Uuid Id;
        public int Partition;
    }
}
