namespace Millrace.Protocol.Messages;

/// <summary>The value of a control record that commits or aborts a transaction, after its version.</summary>
[Message(MessageType.Data, Versions = "0")]
public sealed partial class EndTxnMarker
{
    public int CoordinatorEpoch;
}
