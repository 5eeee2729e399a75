namespace Millrace.Protocol.Messages;

/// <summary>
/// A client picks the SASL mechanism. After version 0 the tokens follow bare, after 1 they come in SaslAuthenticate.
/// </summary>
[Message(ApiKey.SaslHandshake, MessageType.Request, Versions = "0-1")]
public sealed partial class SaslHandshakeRequest
{
    public string Mechanism = "";
}

/// <summary>The mechanisms that the listener allows.</summary>
[Message(ApiKey.SaslHandshake, MessageType.Response, Versions = "0-1")]
public sealed partial class SaslHandshakeResponse
{
    public short ErrorCode;
    public string[] Mechanisms = [];
}
