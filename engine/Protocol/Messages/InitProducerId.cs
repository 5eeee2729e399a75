namespace Millrace.Protocol.Messages;

/// <summary>
/// A producer gets its id and epoch; with a transactional id, from that id's coordinator, which ends what an older
/// producer left open. 6 is for two-phase commit and not stable yet (KIP-939).
/// </summary>
[Message(ApiKey.InitProducerId, MessageType.Request, Versions = "0-6", Flexible = "2+", UnstableFrom = 6)]
public sealed partial class InitProducerIdRequest
{
    [Nullable, Entity(EntityType.TransactionalId)] public string? TransactionalId = "";
    public int TransactionTimeoutMs;
    [Since(3), Entity(EntityType.ProducerId)] public long ProducerId = -1;
    [Since(3)] public short ProducerEpoch = -1;
    [Since(6)] public bool Enable2Pc;
    [Since(6)] public bool KeepPreparedTxn;
}

/// <summary>The producer's id and epoch, and in 6 those of a transaction kept open.</summary>
[Message(ApiKey.InitProducerId, MessageType.Response, Versions = "0-6", Flexible = "2+", UnstableFrom = 6)]
public sealed partial class InitProducerIdResponse
{
    [Ignorable] public int ThrottleTimeMs;
    public short ErrorCode;
    [Entity(EntityType.ProducerId)] public long ProducerId = -1;
    public short ProducerEpoch;
    [Since(6), Entity(EntityType.ProducerId)] public long OngoingTxnProducerId = -1;
    [Since(6)] public short OngoingTxnProducerEpoch = -1;
}
