namespace Millrace.Protocol.Messages;

/// <summary>A delegation token is removed.</summary>
[Message(MessageType.Metadata, 26, Versions = "0", Flexible = "0+")]
public sealed partial class RemoveDelegationTokenRecord
{
    public string TokenId = "";
}
