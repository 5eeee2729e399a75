namespace Millrace.Protocol.Messages;

/// <summary>Prolongs a delegation token.</summary>
[Message(ApiKey.RenewDelegationToken, MessageType.Request, Versions = "0-2", Flexible = "2+")]
public sealed partial class RenewDelegationTokenRequest
{
    public byte[] Hmac = [];
    public long RenewPeriodMs;
}

/// <summary>The token's new expiry.</summary>
[Message(ApiKey.RenewDelegationToken, MessageType.Response, Versions = "0-2", Flexible = "2+")]
public sealed partial class RenewDelegationTokenResponse
{
    public short ErrorCode;
    public long ExpiryTimestampMs;
    public int ThrottleTimeMs;
}
