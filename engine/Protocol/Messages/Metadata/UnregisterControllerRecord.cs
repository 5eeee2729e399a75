namespace Millrace.Protocol.Messages;

/// <summary>A controller's registration is removed.</summary>
[Message(MessageType.Metadata, 29, Versions = "0", Flexible = "0+")]
public sealed partial class UnregisterControllerRecord
{
    public int ControllerId;
}
