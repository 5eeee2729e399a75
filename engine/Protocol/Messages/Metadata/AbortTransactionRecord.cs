namespace Millrace.Protocol.Messages;

/// <summary>Drops the records of a metadata transaction.</summary>
[Message(MessageType.Metadata, 25, Versions = "0", Flexible = "0+")]
public sealed partial class AbortTransactionRecord
{
    [Tag(0), Nullable] public string? Reason = null;
}
