namespace Millrace.Protocol.Messages;

/// <summary>A user's SCRAM credential is set.</summary>
[Message(MessageType.Metadata, 11, Versions = "0", Flexible = "0+")]
public sealed partial class UserScramCredentialRecord
{
    public string Name = "";
    public sbyte Mechanism;
    public byte[] Salt = [];
    public byte[] StoredKey = [];
    public byte[] ServerKey = [];
    public int Iterations;
}
