namespace Millrace.Protocol.Messages;

/// <summary>A producer adds a group's offsets partition to its transaction.</summary>
[Message(ApiKey.AddOffsetsToTxn, MessageType.Request, Versions = "0-4", Flexible = "3+")]
public sealed partial class AddOffsetsToTxnRequest
{
    [Entity(EntityType.TransactionalId)] public string TransactionalId = "";
    [Entity(EntityType.ProducerId)] public long ProducerId;
    public short ProducerEpoch;
    [Entity(EntityType.GroupId)] public string GroupId = "";
}

/// <summary>Whether the partition was added.</summary>
[Message(ApiKey.AddOffsetsToTxn, MessageType.Response, Versions = "0-4", Flexible = "3+")]
public sealed partial class AddOffsetsToTxnResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
}
