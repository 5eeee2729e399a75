using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>An admin removes a voter from the metadata quorum (KIP-853).</summary>
[Message(ApiKey.RemoveRaftVoter, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class RemoveRaftVoterRequest
{
    [Nullable] public string? ClusterId = "";
    public int VoterId;
    public Uuid VoterDirectoryId;
}

/// <summary>The outcome.</summary>
[Message(ApiKey.RemoveRaftVoter, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class RemoveRaftVoterResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable, Ignorable] public string? ErrorMessage = "";
}
