namespace Millrace.Protocol.Messages;

/// <summary>Lists the delegation tokens of owners; null asks for all that the caller may see.</summary>
[Message(ApiKey.DescribeDelegationToken, MessageType.Request, Versions = "0-3", Flexible = "2+")]
public sealed partial class DescribeDelegationTokenRequest
{
    [Nullable] public DescribeDelegationTokenOwner[]? Owners = [];

    public sealed partial class DescribeDelegationTokenOwner
    {
        public string PrincipalType = "";
        public string PrincipalName = "";
    }
}

/// <summary>The tokens found, with who asked for them from 3 on.</summary>
[Message(ApiKey.DescribeDelegationToken, MessageType.Response, Versions = "0-3", Flexible = "2+")]
public sealed partial class DescribeDelegationTokenResponse
{
    public short ErrorCode;
    public DescribedDelegationToken[] Tokens = [];
    public int ThrottleTimeMs;

    public sealed partial class DescribedDelegationToken
    {
        public string PrincipalType = "";
        public string PrincipalName = "";
        [Since(3)] public string TokenRequesterPrincipalType = "";
        [Since(3)] public string TokenRequesterPrincipalName = "";
        public long IssueTimestamp;
        public long ExpiryTimestamp;
        public long MaxTimestamp;
        public string TokenId = "";
        public byte[] Hmac = [];
        public DescribedDelegationTokenRenewer[] Renewers = [];
    }

    public sealed partial class DescribedDelegationTokenRenewer
    {
        public string PrincipalType = "";
        public string PrincipalName = "";
    }
}
