namespace Millrace.Protocol.Messages;

/// <summary>A user's SCRAM credential is removed.</summary>
[Message(MessageType.Metadata, 22, Versions = "0", Flexible = "0+")]
public sealed partial class RemoveUserScramCredentialRecord
{
    public string Name = "";
    public sbyte Mechanism;
}
