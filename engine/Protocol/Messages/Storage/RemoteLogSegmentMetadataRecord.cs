using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A segment is copied, or is being copied, to remote storage.</summary>
[Message(MessageType.Metadata, 0, Log = RecordLog.RemoteLogMetadata, Versions = "0", Flexible = "0+")]
public sealed partial class RemoteLogSegmentMetadataRecord
{
    public RemoteLogSegmentIdEntry RemoteLogSegmentId = new();
    public long StartOffset;
    public long EndOffset;
    public int BrokerId;
    public long MaxTimestampMs;
    public long EventTimestampMs;
    public SegmentLeaderEpochEntry[] SegmentLeaderEpochs = [];
    public int SegmentSizeInBytes;
    [Nullable] public byte[]? CustomMetadata = null;
    public sbyte RemoteLogSegmentState;
    [Tag(0)] public bool TxnIndexEmpty;

    public sealed partial class RemoteLogSegmentIdEntry
    {
        public TopicIdPartitionEntry TopicIdPartition = new();
        public Uuid Id;
    }

    public sealed partial class SegmentLeaderEpochEntry
    {
        public int LeaderEpoch;
        public long Offset;
    }

    public sealed partial class TopicIdPartitionEntry
    {
        public string Name = "";
        public Uuid Id;
        public int Partition;
    }
}
