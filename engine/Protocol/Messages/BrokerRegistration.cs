using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A broker introduces itself to the active controller at start. Log directories from 2 on (KIP-858), the epoch of a
/// clean shutdown from 3 (KIP-966).
/// </summary>
[Message(ApiKey.BrokerRegistration, MessageType.Request, Versions = "0-4", Flexible = "0+")]
public sealed partial class BrokerRegistrationRequest
{
    [Entity(EntityType.BrokerId)] public int BrokerId;
    public string ClusterId = "";
    public Uuid IncarnationId;
    public Listener[] Listeners = [];
    public Feature[] Features = [];
    [Nullable] public string? Rack = "";
    [Since(1)] public bool IsMigratingZkBroker;
    [Since(2), Ignorable] public Uuid[] LogDirs = [];
    [Since(3), Ignorable] public long PreviousBrokerEpoch = -1;

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

/// <summary>The broker epoch given.</summary>
[Message(ApiKey.BrokerRegistration, MessageType.Response, Versions = "0-4", Flexible = "0+")]
public sealed partial class BrokerRegistrationResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public long BrokerEpoch = -1;
}
