using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A controller makes itself known to the active one: its endpoints and features.</summary>
[Message(ApiKey.ControllerRegistration, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class ControllerRegistrationRequest
{
    public int ControllerId;
    public Uuid IncarnationId;
    public bool ZkMigrationReady;
    public Listener[] Listeners = [];
    public Feature[] Features = [];

    public sealed partial class Listener
    {
        [MapKey] public string Name = "";
        public string Host = "";
        public ushort Port;
        public short SecurityProtocol;
    }

    public sealed partial class Feature
    {
        [MapKey] public string Name = "";
        public short MinSupportedVersion;
        public short MaxSupportedVersion;
    }
}

/// <summary>The outcome.</summary>
[Message(ApiKey.ControllerRegistration, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class ControllerRegistrationResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = "";
}
