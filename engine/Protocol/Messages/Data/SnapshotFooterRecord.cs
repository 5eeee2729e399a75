namespace Millrace.Protocol.Messages;

/// <summary>Control record that ends a metadata snapshot.</summary>
[Message(MessageType.Data, Versions = "0", Flexible = "0+")]
public sealed partial class SnapshotFooterRecord
{
    public short Version;
}
