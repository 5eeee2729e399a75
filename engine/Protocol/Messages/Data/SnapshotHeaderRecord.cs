namespace Millrace.Protocol.Messages;

/// <summary>Control record that begins a metadata snapshot.</summary>
[Message(MessageType.Data, Versions = "0", Flexible = "0+")]
public sealed partial class SnapshotHeaderRecord
{
    public short Version;
    public long LastContainedLogTimestamp;
}
