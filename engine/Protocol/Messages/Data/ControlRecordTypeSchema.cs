namespace Millrace.Protocol.Messages;

/// <summary>The key of a control record after its version: which kind of control record it is.</summary>
[Message(MessageType.Data, Versions = "0")]
public sealed partial class ControlRecordTypeSchema
{
    public short Type;
}
