namespace Millrace.Protocol.Messages;

/// <summary>A delegation token is made or renewed.</summary>
[Message(MessageType.Metadata, 10, Versions = "0", Flexible = "0+")]
public sealed partial class DelegationTokenRecord
{
    public string Owner = "";
    public string Requester = "";
    public string[] Renewers = [];
    public long IssueTimestamp;
    public long MaxTimestamp;
    public long ExpirationTimestamp;
    public string TokenId = "";
}
