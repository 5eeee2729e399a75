namespace Millrace.Protocol.Messages;

/// <summary>Commits a metadata transaction.</summary>
[Message(MessageType.Metadata, 24, Versions = "0", Flexible = "0+")]
public sealed partial class EndTransactionRecord;
