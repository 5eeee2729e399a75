using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A broker is fenced, unfenced, shuts down, or changes its log directories.</summary>
[Message(MessageType.Metadata, 17, Versions = "0-3", Flexible = "0+")]
public sealed partial class BrokerRegistrationChangeRecord
{
    [Entity(EntityType.BrokerId)] public int BrokerId;
    public long BrokerEpoch;
    [Tag(0)] public sbyte Fenced;
    [Since(1), Tag(1)] public sbyte InControlledShutdown;
    [Since(2), Tag(2)] public Uuid[] LogDirs = [];
    [Since(3), Tag(3), Nullable] public Uuid[]? CordonedLogDirs = null;
}
