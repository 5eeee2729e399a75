using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A partition's remote segments are to be deleted.</summary>
[Message(MessageType.Metadata, 2, Log = RecordLog.RemoteLogMetadata, Versions = "0", Flexible = "0+")]
public sealed partial class RemotePartitionDeleteMetadataRecord
{
    public TopicIdPartitionEntry TopicIdPartition = new();
    public int BrokerId;
    public long EventTimestampMs;
    public sbyte RemotePartitionDeleteState;

    public sealed partial class TopicIdPartitionEntry
    {
        public string Name = "";
        public Uuid Id;
        public int Partition;
    }
}
