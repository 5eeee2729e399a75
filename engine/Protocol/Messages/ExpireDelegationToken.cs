namespace Millrace.Protocol.Messages;

/// <summary>Shortens a delegation token's life; a negative period ends it at once.</summary>
[Message(ApiKey.ExpireDelegationToken, MessageType.Request, Versions = "0-2", Flexible = "2+")]
public sealed partial class ExpireDelegationTokenRequest
{
    public byte[] Hmac = [];
    public long ExpiryTimePeriodMs;
}

/// <summary>The token's new expiry.</summary>
[Message(ApiKey.ExpireDelegationToken, MessageType.Response, Versions = "0-2", Flexible = "2+")]
public sealed partial class ExpireDelegationTokenResponse
{
    public short ErrorCode;
    public long ExpiryTimestampMs;
    public int ThrottleTimeMs;
}
