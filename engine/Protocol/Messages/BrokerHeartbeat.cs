using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A registered broker reports how far it is and what it wants: to be unfenced, or to shut down. Failed log
/// directories from 1 on, cordoned ones in 2.
/// </summary>
[Message(ApiKey.BrokerHeartbeat, MessageType.Request, Versions = "0-2", Flexible = "0+")]
public sealed partial class BrokerHeartbeatRequest
{
    [Entity(EntityType.BrokerId)] public int BrokerId;
    public long BrokerEpoch = -1;
    public long CurrentMetadataOffset;
    public bool WantFence;
    public bool WantShutDown;
    [Since(1), Tag(0)] public Uuid[] OfflineLogDirs = [];
    [Since(2), Tag(1), Nullable] public Uuid[]? CordonedLogDirs = null;
}

/// <summary>What the controller wants of the broker.</summary>
[Message(ApiKey.BrokerHeartbeat, MessageType.Response, Versions = "0-2", Flexible = "0+")]
public sealed partial class BrokerHeartbeatResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public bool IsCaughtUp;
    public bool IsFenced = true;
    public bool ShouldShutDown;
}
