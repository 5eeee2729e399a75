using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A broker has registered, and is fenced until it catches up. Controlled shutdown from 1 on, log directories from 3,
/// cordoned ones in 4.
/// </summary>
[Message(MessageType.Metadata, 0, Versions = "0-4", Flexible = "0+")]
public sealed partial class RegisterBrokerRecord
{
    [Entity(EntityType.BrokerId)] public int BrokerId;
    [Since(2)] public bool IsMigratingZkBroker;
    public Uuid IncarnationId;
    public long BrokerEpoch;
    public BrokerEndpoint[] EndPoints = [];
    public BrokerFeature[] Features = [];
    [Nullable] public string? Rack = "";
    public bool Fenced = true;
    [Since(1)] public bool InControlledShutdown;
    [Since(3), Tag(0)] public Uuid[] LogDirs = [];
    [Since(4), Tag(1), Nullable] public Uuid[]? CordonedLogDirs = null;

    public sealed partial class BrokerEndpoint
    {
        [MapKey] public string Name = "";
        public string Host = "";
        public ushort Port;
        public short SecurityProtocol;
    }

    public sealed partial class BrokerFeature
    {
        [MapKey] public string Name = "";
        public short MinSupportedVersion;
        public short MaxSupportedVersion;
    }
}
