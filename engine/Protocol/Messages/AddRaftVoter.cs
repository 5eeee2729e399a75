using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// An admin or a starting controller adds a voter to the metadata quorum (KIP-853). From 1 on it can wait for the
/// commit or not.
/// </summary>
[Message(ApiKey.AddRaftVoter, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class AddRaftVoterRequest
{
    [Nullable] public string? ClusterId = "";
    public int TimeoutMs;
    public int VoterId;
    public Uuid VoterDirectoryId;
    public Listener[] Listeners = [];
    [Since(1)] public bool AckWhenCommitted = true;

    public sealed partial class Listener
    {
        [MapKey] public string Name = "";
        public string Host = "";
        public ushort Port;
    }
}

/// <summary>The outcome.</summary>
[Message(ApiKey.AddRaftVoter, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class AddRaftVoterResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable, Ignorable] public string? ErrorMessage = "";
}
