namespace Millrace.Protocol.Messages;

/// <summary>
/// In front of every request. 0 lacks the client id and belonged to ControlledShutdown 0 alone; 2 has tagged fields.
/// The client id keeps its 16-bit length, so that any broker can read the header of any ApiVersions request.
/// </summary>
[Message(MessageType.Header, Versions = "0-2", Flexible = "2+")]
public sealed partial class RequestHeader
{
    public short RequestApiKey;
    public short RequestApiVersion;
    public int CorrelationId;
    [Since(1), Nullable, Ignorable, NotFlexible] public string? ClientId = "";
}

/// <summary>In front of every response; 1 has tagged fields. ApiVersions answers with 0 at every version.</summary>
[Message(MessageType.Header, Versions = "0-1", Flexible = "1+")]
public sealed partial class ResponseHeader
{
    public int CorrelationId;
}
