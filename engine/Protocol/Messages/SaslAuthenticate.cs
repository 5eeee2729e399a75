namespace Millrace.Protocol.Messages;

/// <summary>One token of a SASL exchange, from the client.</summary>
[Message(ApiKey.SaslAuthenticate, MessageType.Request, Versions = "0-2", Flexible = "2+")]
public sealed partial class SaslAuthenticateRequest
{
    public byte[] AuthBytes = [];
}

/// <summary>The server's token, and from 1 on how long the session lasts.</summary>
[Message(ApiKey.SaslAuthenticate, MessageType.Response, Versions = "0-2", Flexible = "2+")]
public sealed partial class SaslAuthenticateResponse
{
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = "";
    public byte[] AuthBytes = [];
    [Since(1), Ignorable] public long SessionLifetimeMs;
}
