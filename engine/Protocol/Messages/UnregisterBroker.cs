namespace Millrace.Protocol.Messages;

/// <summary>An admin removes a broker that is gone for good from the cluster.</summary>
[Message(ApiKey.UnregisterBroker, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class UnregisterBrokerRequest
{
    [Entity(EntityType.BrokerId)] public int BrokerId;
}

/// <summary>The outcome.</summary>
[Message(ApiKey.UnregisterBroker, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class UnregisterBrokerResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = "";
}
