namespace Millrace.Protocol.Messages;

/// <summary>Changes nothing; the active controller writes it so that the log goes on.</summary>
[Message(MessageType.Metadata, 20, Versions = "0", Flexible = "0+")]
public sealed partial class NoOpRecord;
