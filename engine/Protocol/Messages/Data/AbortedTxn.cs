namespace Millrace.Protocol.Messages;

/// <summary>An entry of a segment's transaction index, after its version.</summary>
[Message(MessageType.Data, Versions = "0")]
public sealed partial class AbortedTxn
{
    public long ProducerId;
    public long FirstOffset;
    public long LastOffset;
    public long LastStableOffset;
}
