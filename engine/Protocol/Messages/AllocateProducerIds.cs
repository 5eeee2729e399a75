namespace Millrace.Protocol.Messages;

/// <summary>A broker takes a block of producer ids from the controller.</summary>
[Message(ApiKey.AllocateProducerIds, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class AllocateProducerIdsRequest
{
    [Entity(EntityType.BrokerId)] public int BrokerId;
    public long BrokerEpoch = -1;
}

/// <summary>The block.</summary>
[Message(ApiKey.AllocateProducerIds, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class AllocateProducerIdsResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Entity(EntityType.ProducerId)] public long ProducerIdStart;
    public int ProducerIdLen;
}
