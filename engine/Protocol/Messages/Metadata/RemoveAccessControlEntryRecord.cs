using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>An ACL is removed, by its id.</summary>
[Message(MessageType.Metadata, 19, Versions = "0", Flexible = "0+")]
public sealed partial class RemoveAccessControlEntryRecord
{
    public Uuid Id;
}
