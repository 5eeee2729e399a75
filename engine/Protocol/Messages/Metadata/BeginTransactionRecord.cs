namespace Millrace.Protocol.Messages;

/// <summary>Begins a metadata transaction: records up to its end take effect together.</summary>
[Message(MessageType.Metadata, 23, Versions = "0", Flexible = "0+")]
public sealed partial class BeginTransactionRecord
{
    [Tag(0), Nullable] public string? Name = null;
}
