using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>An ACL is added.</summary>
[Message(MessageType.Metadata, 18, Versions = "0", Flexible = "0+")]
public sealed partial class AccessControlEntryRecord
{
    public Uuid Id;
    public sbyte ResourceType;
    public string ResourceName = "";
    public sbyte PatternType;
    public string Principal = "";
    public string Host = "";
    public sbyte Operation;
    public sbyte PermissionType;
}
