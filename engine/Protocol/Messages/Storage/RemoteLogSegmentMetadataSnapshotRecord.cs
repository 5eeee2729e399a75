using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A remote segment in a snapshot of a partition's segments.</summary>
[Message(MessageType.Metadata, 3, Log = RecordLog.RemoteLogMetadata, Versions = "0", Flexible = "0+")]
public sealed partial class RemoteLogSegmentMetadataSnapshotRecord
{
    public Uuid SegmentId;
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

    public sealed partial class SegmentLeaderEpochEntry
    {
        public int LeaderEpoch;
        public long Offset;
    }
}
