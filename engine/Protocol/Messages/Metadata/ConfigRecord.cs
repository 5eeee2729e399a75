namespace Millrace.Protocol.Messages;

/// <summary>A config of a resource is set, or with a null value removed.</summary>
[Message(MessageType.Metadata, 4, Versions = "0", Flexible = "0+")]
public sealed partial class ConfigRecord
{
    public sbyte ResourceType;
    public string ResourceName = "";
    public string Name = "";
    [Nullable] public string? Value = "";
}
