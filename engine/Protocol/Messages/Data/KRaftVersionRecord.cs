namespace Millrace.Protocol.Messages;

/// <summary>Control record of the metadata log: the kraft.version from here on.</summary>
[Message(MessageType.Data, Versions = "0", Flexible = "0+")]
public sealed partial class KRaftVersionRecord
{
    public short Version;
    public short KRaftVersion;
}
