namespace Millrace.Protocol.Messages;

/// <summary>The file beside a log that holds its producers' state, after its version.</summary>
[Message(MessageType.Data, Versions = "1")]
public sealed partial class ProducerSnapshot
{
    public uint Crc;
    public ProducerEntry[] ProducerEntries = [];

    public sealed partial class ProducerEntry
    {
        public long ProducerId;
        public short Epoch;
        public int LastSequence;
        public long LastOffset;
        public int OffsetDelta;
        public long Timestamp;
        public int CoordinatorEpoch;
        public long CurrentTxnFirstOffset;
    }
}
