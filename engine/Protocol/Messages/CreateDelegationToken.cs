namespace Millrace.Protocol.Messages;

/// <summary>An authenticated client asks for a delegation token; for another owner from 3 on.</summary>
[Message(ApiKey.CreateDelegationToken, MessageType.Request, Versions = "0-3", Flexible = "2+")]
public sealed partial class CreateDelegationTokenRequest
{
    [Since(3), Nullable] public string? OwnerPrincipalType = "";
    [Since(3), Nullable] public string? OwnerPrincipalName = "";
    public CreatableRenewers[] Renewers = [];
    public long MaxLifetimeMs;

    public sealed partial class CreatableRenewers
    {
        public string PrincipalType = "";
        public string PrincipalName = "";
    }
}

/// <summary>The token, with its HMAC and times.</summary>
[Message(ApiKey.CreateDelegationToken, MessageType.Response, Versions = "0-3", Flexible = "2+")]
public sealed partial class CreateDelegationTokenResponse
{
    public short ErrorCode;
    public string PrincipalType = "";
    public string PrincipalName = "";
    [Since(3)] public string TokenRequesterPrincipalType = "";
    [Since(3)] public string TokenRequesterPrincipalName = "";
    public long IssueTimestampMs;
    public long ExpiryTimestampMs;
    public long MaxTimestampMs;
    public string TokenId = "";
    public byte[] Hmac = [];
    public int ThrottleTimeMs;
}
