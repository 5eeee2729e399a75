using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A controller has registered.</summary>
[Message(MessageType.Metadata, 27, Versions = "0", Flexible = "0+")]
public sealed partial class RegisterControllerRecord
{
    public int ControllerId;
    public Uuid IncarnationId;
    public bool ZkMigrationReady;
    public ControllerEndpoint[] EndPoints = [];
    public ControllerFeature[] Features = [];

    public sealed partial class ControllerEndpoint
    {
        [MapKey] public string Name = "";
        public string Host = "";
        public ushort Port;
        public short SecurityProtocol;
    }

    public sealed partial class ControllerFeature
    {
        [MapKey] public string Name = "";
        public short MinSupportedVersion;
        public short MaxSupportedVersion;
    }
}
