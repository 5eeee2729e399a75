namespace Millrace.Protocol.Messages;

/// <summary>
/// A producer commits or aborts its transaction. From 5 on the epoch rises with every transaction (KIP-890).
/// </summary>
[Message(ApiKey.EndTxn, MessageType.Request, Versions = "0-5", Flexible = "3+")]
public sealed partial class EndTxnRequest
{
    [Entity(EntityType.TransactionalId)] public string TransactionalId = "";
    [Entity(EntityType.ProducerId)] public long ProducerId;
    public short ProducerEpoch;
    public bool Committed;
}

/// <summary>Whether it is decided; from 5 on with the id and epoch for what follows.</summary>
[Message(ApiKey.EndTxn, MessageType.Response, Versions = "0-5", Flexible = "3+")]
public sealed partial class EndTxnResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Since(5), Ignorable, Entity(EntityType.ProducerId)] public long ProducerId = -1;
    [Since(5), Ignorable] public short ProducerEpoch = -1;
}
