namespace Millrace.Protocol.Messages;

/// <summary>A principal as brokers write it into an Envelope.</summary>
[Message(MessageType.Data, Versions = "0", Flexible = "0+")]
public sealed partial class DefaultPrincipalData
{
    public string Type = "";
    public string Name = "";
    public bool TokenAuthenticated;
}
