namespace Millrace.Protocol.Messages;

/// <summary>
/// A broker forwards a client's request to the controller, with the client's principal and address.
/// </summary>
[Message(ApiKey.Envelope, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class EnvelopeRequest
{
    [ZeroCopy] public byte[] RequestData = [];
    [Nullable] public byte[]? RequestPrincipal = [];
    public byte[] ClientHostAddress = [];
}

/// <summary>The controller's answer to the wrapped request.</summary>
[Message(ApiKey.Envelope, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class EnvelopeResponse
{
    [Nullable, ZeroCopy] public byte[]? ResponseData = null;
    public short ErrorCode;
}
